package dev.psyne.platform;

/** A thread could not be confined to the CPUs asked for, or not be asked where it may run. */
public final class AffinityException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AffinityException(String message) {
        super(message);
    }
}
