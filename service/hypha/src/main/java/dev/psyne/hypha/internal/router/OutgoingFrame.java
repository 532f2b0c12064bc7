package dev.psyne.hypha.internal.router;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A frame on its way to one participant. Its bytes are put together where they are to lie: in a socket's buffer, or in an
 * array of their own. May be asked during the call alone that hands it over.
 */
public interface OutgoingFrame {
    /** How many bytes it has. */
    int bytes();

    /** Writes it to the beginning of {@code target}, which has room for it. */
    void writeTo(MemorySegment target);

    /** It as an array, which may be shared with others: nobody changes it. */
    default byte[] toArray() {
        byte[] array = new byte[bytes()];
        writeTo(MemorySegment.ofArray(array));
        return array;
    }

    /** One that is there already, and may be sent to several. */
    static OutgoingFrame of(byte[] frame) {
        return new OutgoingFrame() {
            @Override
            public int bytes() {
                return frame.length;
            }

            @Override
            public void writeTo(MemorySegment target) {
                MemorySegment.copy(frame, 0, target, ValueLayout.JAVA_BYTE, 0, frame.length);
            }

            @Override
            public byte[] toArray() {
                return frame;
            }
        };
    }
}
