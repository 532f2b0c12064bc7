package dev.psyne.node;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.psyne.vlm.Token;
import dev.psyne.vlm.TokenChoice;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One token on its way from the sampler to a connection, as it lies in the ring (layout version 2, little endian):
 *
 * <pre>
 *   0        4        8                 16       20        24
 *   +--------+--------+-----------------+--------+---------+---------------+------------+
 *   | index  | id     | probability f64 | bytes  | choices | text, UTF-8 … | choices …  |
 *   +--------+--------+-----------------+--------+---------+---------------+------------+
 *
 *   a choice
 *   0        4                     12       16
 *   +--------+---------------------+--------+---------------+
 *   | id     | log probability f64 | bytes  | text, UTF-8 … |
 *   +--------+---------------------+--------+---------------+
 * </pre>
 *
 * @param index place of the token in the answer, from 0
 * @param id the token's number in the model's vocabulary; negative for text that was held back and has no token
 * @param probability the model's probability for it, 0 to 1
 * @param text what to append to the answer
 * @param likeliest what could have been chosen, the likeliest first; only what was asked for
 */
record TokenMessage(int index, int id, double probability, String text, List<TokenChoice> likeliest) {
    static final int MAX_TEXT_BYTES = 2048;

    /** Longest text of a choice that is carried; what is longer is cut. */
    static final int MAX_CHOICE_CHARACTERS = 64;

    private static final int HEADER_BYTES = 24;
    private static final int CHOICE_BYTES = 16;

    private static final java.lang.foreign.ValueLayout.OfInt INT =
            JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final java.lang.foreign.ValueLayout.OfDouble DOUBLE =
            JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** A token's texts in bytes, ready to be written. */
    record Encoded(Token token, byte[] text, List<byte[]> choices) {
        /** Takes the texts; a token's may have at most {@link #MAX_TEXT_BYTES}. */
        static Encoded of(Token token) {
            byte[] text = token.text().getBytes(StandardCharsets.UTF_8);
            if (text.length > MAX_TEXT_BYTES) {
                throw new IllegalArgumentException("a token of " + text.length + " bytes is longer than the "
                        + MAX_TEXT_BYTES + " a message holds");
            }
            List<byte[]> choices = token.likeliest().stream()
                    .map(choice -> cut(choice.text()).getBytes(StandardCharsets.UTF_8))
                    .toList();
            return new Encoded(token, text, choices);
        }

        private static String cut(String text) {
            return text.length() <= MAX_CHOICE_CHARACTERS ? text : text.substring(0, MAX_CHOICE_CHARACTERS);
        }

        int bytes() {
            int bytes = HEADER_BYTES + text.length;
            for (byte[] choice : choices) {
                bytes += CHOICE_BYTES + choice.length;
            }
            return bytes;
        }

        void write(MemorySegment message) {
            message.set(INT, 0, token.index());
            message.set(INT, 4, token.id());
            message.set(DOUBLE, 8, token.probability());
            message.set(INT, 16, text.length);
            message.set(INT, 20, choices.size());
            MemorySegment.copy(text, 0, message, JAVA_BYTE, HEADER_BYTES, text.length);
            long place = HEADER_BYTES + text.length;
            for (int i = 0; i < choices.size(); i++) {
                byte[] choice = choices.get(i);
                message.set(INT, place, token.likeliest().get(i).id());
                message.set(DOUBLE, place + 4, token.likeliest().get(i).logProbability());
                message.set(INT, place + 12, choice.length);
                MemorySegment.copy(choice, 0, message, JAVA_BYTE, place + CHOICE_BYTES, choice.length);
                place += CHOICE_BYTES + choice.length;
            }
        }
    }

    static TokenMessage read(MemorySegment message) {
        int bytes = message.get(INT, 16);
        int count = message.get(INT, 20);
        long place = HEADER_BYTES + bytes;
        List<TokenChoice> likeliest = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int length = message.get(INT, place + 12);
            likeliest.add(new TokenChoice(
                    message.get(INT, place),
                    text(message, place + CHOICE_BYTES, length),
                    message.get(DOUBLE, place + 4)));
            place += CHOICE_BYTES + length;
        }
        return new TokenMessage(
                message.get(INT, 0),
                message.get(INT, 4),
                message.get(DOUBLE, 8),
                text(message, HEADER_BYTES, bytes),
                List.copyOf(likeliest));
    }

    private static String text(MemorySegment message, long offset, int bytes) {
        return new String(message.asSlice(offset, bytes).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
    }
}
