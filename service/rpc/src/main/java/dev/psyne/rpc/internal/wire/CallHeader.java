package dev.psyne.rpc.internal.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * What stands in front of a call's arguments, little endian.
 *
 * <pre>
 *  0         2        4          8           12         16
 * +---------+--------+----------+-----------+----------+--------------------------------
 * | service | method | deadline | credit    | resume   | trace 16, span 8, trace flags 8
 * +---------+--------+----------+-----------+----------+--------------------------------
 * </pre>
 *
 * @param service the callee's number of the service
 * @param method the place of the method in the service's schema
 * @param deadlineMillis how long the caller waits; 0 without an end
 * @param creditBytes of items the caller takes at first
 * @param resume how many items of the result the caller has had from an earlier call, unsigned; the callee leaves them out
 * @param trace the caller's, if it is traced
 */
public record CallHeader(
        int service,
        int method,
        int deadlineMillis,
        int creditBytes,
        int resume,
        @Nullable TraceContext trace) {
    /** Flag of a call whose caller streams items. */
    public static final int STREAMS = 1;

    /** Flag of a call with a trace context. */
    public static final int TRACED = 2;

    /** Flag of a call whose arguments are in the encoding {@code named}, and whose answer is to be. */
    public static final int NAMED = 4;

    /** Flag of a call whose caller takes references in answers. */
    public static final int TAKES_REFERENCES = 16;

    public static final int BYTES = 16;
    public static final int TRACED_BYTES = 48;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Of a call that begins from the beginning. */
    public CallHeader(int service, int method, int deadlineMillis, int creditBytes, @Nullable TraceContext trace) {
        this(service, method, deadlineMillis, creditBytes, 0, trace);
    }

    /** The same call of another service. */
    public CallHeader to(int other) {
        return new CallHeader(other, method, deadlineMillis, creditBytes, resume, trace);
    }

    /** Bytes of this header. */
    public int bytes() {
        return trace == null ? BYTES : TRACED_BYTES;
    }

    /** The flags of a call that say what is in it. */
    public int flags() {
        return trace == null ? 0 : TRACED;
    }

    /** Writes it. */
    public void write(MemorySegment target) {
        target.set(SHORT, 0, (short) service);
        target.set(SHORT, 2, (short) method);
        target.set(INT, 4, deadlineMillis);
        target.set(INT, 8, creditBytes);
        target.set(INT, 12, resume);
        if (trace != null) {
            target.set(LONG, BYTES, trace.traceHigh());
            target.set(LONG, BYTES + 8, trace.traceLow());
            target.set(LONG, BYTES + 16, trace.span());
            target.set(LONG, BYTES + 24, trace.flags());
        }
    }

    /** Reads the one in front of the arguments. */
    public static CallHeader read(MemorySegment payload, int flags) throws ProtocolException {
        boolean traced = (flags & TRACED) != 0;
        if (payload.byteSize() < (traced ? TRACED_BYTES : BYTES)) {
            throw new ProtocolException("a call of " + payload.byteSize() + " bytes is shorter than its header");
        }
        int deadline = payload.get(INT, 4);
        int credit = payload.get(INT, 8);
        if (deadline < 0 || credit < 0) {
            throw new ProtocolException("a call with deadline " + deadline + " and credit " + credit);
        }
        return new CallHeader(
                Short.toUnsignedInt(payload.get(SHORT, 0)),
                Short.toUnsignedInt(payload.get(SHORT, 2)),
                deadline,
                credit,
                payload.get(INT, 12),
                traced
                        ? new TraceContext(
                                payload.get(LONG, BYTES),
                                payload.get(LONG, BYTES + 8),
                                payload.get(LONG, BYTES + 16),
                                payload.get(LONG, BYTES + 24))
                        : null);
    }
}
