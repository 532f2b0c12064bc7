package dev.psyne.rpc.internal.connection;

import dev.psyne.rpc.internal.wire.ProtocolException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Payloads of one u32, little endian. */
final class ControlNumbers {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private ControlNumbers() {}

    static MemorySegment payload(int number) {
        MemorySegment payload = MemorySegment.ofArray(new byte[Integer.BYTES]);
        payload.set(INT, 0, number);
        return payload;
    }

    /** The number; {@code what} names the payload if it is none. */
    static int read(String what, MemorySegment payload) throws ProtocolException {
        if (payload.byteSize() != Integer.BYTES) {
            throw new ProtocolException(what + " of " + payload.byteSize() + " bytes; it has " + Integer.BYTES);
        }
        return payload.get(INT, 0);
    }
}
