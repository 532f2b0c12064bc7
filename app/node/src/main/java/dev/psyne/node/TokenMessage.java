package dev.psyne.node;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * One token on its way from the sampler to a connection, as it lies in the ring (layout version 1, little endian):
 *
 * <pre>
 *   0        4        8                 16         20
 *   +--------+--------+-----------------+----------+------------------+
 *   | index  | id     | probability f64 | bytes    | text, UTF-8 …    |
 *   +--------+--------+-----------------+----------+------------------+
 * </pre>
 *
 * @param index place of the token in the answer, from 0
 * @param id the token's number in the model's vocabulary
 * @param probability the model's probability for it, 0 to 1
 * @param text what to append to the answer
 */
record TokenMessage(int index, int id, double probability, String text) {
    static final int HEADER_BYTES = 20;
    static final int MAX_TEXT_BYTES = 512;

    private static final java.lang.foreign.ValueLayout.OfInt INT =
            JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final java.lang.foreign.ValueLayout.OfDouble DOUBLE =
            JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The text as it is written; at most {@link #MAX_TEXT_BYTES} of it. */
    static byte[] textBytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_TEXT_BYTES) {
            throw new IllegalArgumentException(
                    "a token of " + bytes.length + " bytes is longer than the " + MAX_TEXT_BYTES + " a message holds");
        }
        return bytes;
    }

    static void write(MemorySegment message, int index, int id, double probability, byte[] text) {
        message.set(INT, 0, index);
        message.set(INT, 4, id);
        message.set(DOUBLE, 8, probability);
        message.set(INT, 16, text.length);
        MemorySegment.copy(text, 0, message, JAVA_BYTE, HEADER_BYTES, text.length);
    }

    static TokenMessage read(MemorySegment message) {
        int bytes = message.get(INT, 16);
        byte[] text = message.asSlice(HEADER_BYTES, bytes).toArray(JAVA_BYTE);
        return new TokenMessage(
                message.get(INT, 0),
                message.get(INT, 4),
                message.get(DOUBLE, 8),
                new String(text, StandardCharsets.UTF_8));
    }
}
