package dev.psyne.rpc;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where work stands in a trace, as W3C Trace Context says (https://www.w3.org/TR/trace-context/, section 3.2). Calls that are made
 * where one is {@linkplain #CURRENT bound} carry it; the methods that they call, and callbacks, run where it is bound again.
 *
 * <pre>{@code
 * ScopedValue.where(TraceContext.CURRENT, TraceContext.parse(request.header("traceparent"))).run(() -> vision.ask(picture));
 * }</pre>
 *
 * <p>A scheduler takes it over into jobs if it {@linkplain dev.psyne.fiber.Scheduler.Builder#carries carries} {@link #CURRENT}.
 * Nothing here records spans: who does calls with {@link #child} bound.
 *
 * @param traceIdHigh the first half of the trace id, of which one half is not 0
 * @param traceIdLow the second half
 * @param spanId of the work that is under way, which is the parent of what it begins; not 0
 * @param flags 8 bits: {@link #SAMPLED}, and others that are passed on
 */
public record TraceContext(long traceIdHigh, long traceIdLow, long spanId, int flags) {
    /** The trace of what this thread, fiber or scope does. */
    public static final ScopedValue<TraceContext> CURRENT = ScopedValue.newInstance();

    /** The flag that says that the caller may have recorded it. */
    public static final int SAMPLED = 1;

    private static final int MAX_FLAGS = 0xFF;
    private static final int HEX = 16;

    /** Later versions may go on behind what is known of them; ff is none. */
    private static final Pattern TRACEPARENT =
            Pattern.compile("(?!ff)([0-9a-f]{2})-([0-9a-f]{16})([0-9a-f]{16})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

    /** Refuses ids of zeros. */
    public TraceContext {
        if ((traceIdHigh | traceIdLow) == 0 || spanId == 0) {
            throw new IllegalArgumentException("an id of a trace or a span is not zero");
        }
        if (flags < 0 || flags > MAX_FLAGS) {
            throw new IllegalArgumentException("the flags of a trace are 0 to " + MAX_FLAGS + ", not " + flags);
        }
    }

    /** That of the work under way; null if it is not traced. */
    public static @Nullable TraceContext current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    /** The beginning of a new trace, sampled. */
    public static TraceContext begin() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new TraceContext(random.nextLong(), notZero(random), notZero(random), SAMPLED);
    }

    /**
     * Of the text of the header {@code traceparent}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static TraceContext parse(String traceparent) {
        Matcher parts = TRACEPARENT.matcher(traceparent);
        if (!parts.matches() || (parts.group(1).equals("00") && parts.group(6) != null)) {
            throw new IllegalArgumentException(
                    "a traceparent is 00-<32 hex digits>-<16>-<2>, not '" + traceparent + "'");
        }
        return new TraceContext(
                Long.parseUnsignedLong(parts.group(2), HEX),
                Long.parseUnsignedLong(parts.group(3), HEX),
                Long.parseUnsignedLong(parts.group(4), HEX),
                Integer.parseInt(parts.group(5), HEX));
    }

    /** The text of the header {@code traceparent}. */
    public String traceparent() {
        HexFormat hex = HexFormat.of();
        return "00-" + hex.toHexDigits(traceIdHigh) + hex.toHexDigits(traceIdLow) + "-" + hex.toHexDigits(spanId) + "-"
                + hex.toHexDigits((byte) flags);
    }

    /** The same trace in a new span. */
    public TraceContext child() {
        return new TraceContext(traceIdHigh, traceIdLow, notZero(ThreadLocalRandom.current()), flags);
    }

    /** Whether the caller may have recorded it. */
    public boolean isSampled() {
        return (flags & SAMPLED) != 0;
    }

    private static long notZero(ThreadLocalRandom random) {
        long id = random.nextLong();
        return id == 0 ? 1 : id;
    }
}
