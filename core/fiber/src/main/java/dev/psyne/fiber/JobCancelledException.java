package dev.psyne.fiber;

import java.time.Duration;
import java.util.concurrent.CancellationException;

/** A job, or the rest of a {@link JobScope}, was given up before its end: by a cancel, a failure beside it or a deadline. */
public final class JobCancelledException extends CancellationException {
    private static final long serialVersionUID = 1L;

    private JobCancelledException(String message) {
        super(message);
    }

    static JobCancelledException cancelled() {
        return new JobCancelledException("the scope of this job is cancelled");
    }

    static JobCancelledException expired(Duration timeout) {
        return new JobCancelledException("the jobs of this scope had not ended after " + timeout);
    }
}
