package dev.psyne.hypha.internal.call;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a call is made.
 *
 * @param silence how long nothing may be heard of the call, not even a heartbeat
 * @param parent the session that the call belongs to, if any
 * @param raw whether the result is given as it came, methods and arrays encoded, ready to be passed on
 */
public record CallOptions(Duration silence, @Nullable String parent, boolean raw) {
    /** How long hypha's clients wait. */
    public static final Duration STANDARD_SILENCE = Duration.ofSeconds(30);

    /** As hypha's clients call. */
    public static final CallOptions STANDARD = new CallOptions(STANDARD_SILENCE, null, false);

    /** Refuses a time that is none. */
    public CallOptions {
        if (!silence.isPositive()) {
            throw new IllegalArgumentException("a call needs some time, not " + silence);
        }
    }

    /** How often the other side says that the call still runs: twice in the time out. */
    double heartbeatSeconds() {
        return silence.toNanos() / 2e9;
    }

    /** With another time out. */
    public CallOptions silence(Duration duration) {
        return new CallOptions(duration, parent, raw);
    }

    /** Within a session. */
    public CallOptions parent(@Nullable String session) {
        return new CallOptions(silence, session, raw);
    }

    /** With the result as it comes. */
    public CallOptions asItCame() {
        return new CallOptions(silence, parent, true);
    }
}
