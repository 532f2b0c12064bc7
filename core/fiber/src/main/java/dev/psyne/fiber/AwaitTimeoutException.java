package dev.psyne.fiber;

import java.time.Duration;

/** The time given to a wait for a value is over; what was waited for goes on, and may be awaited again. */
public final class AwaitTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AwaitTimeoutException(String what, Duration timeout) {
        super("no " + what + " within " + timeout);
    }
}
