package dev.psyne.fiber;

/** A job that was waited for threw; {@link #getCause()} is what it threw. Thrown in the thread that waited. */
public final class JobFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JobFailedException(Throwable cause) {
        super("a job failed: " + described(cause), cause);
    }

    private static String described(Throwable cause) {
        try {
            return cause.toString();
        } catch (RuntimeException | Error undescribed) {
            return cause.getClass().getName() + ", which does not describe itself";
        }
    }
}
