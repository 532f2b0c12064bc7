package dev.psyne.vlm.internal.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The characters that stand for bytes in the files of a byte-level tokenizer: printable ones for themselves, the others
 * moved to 256 and above (GPT-2, {@code encoder.py}, {@code bytes_to_unicode}).
 */
final class ByteAlphabet {
    private static final int BYTES = 256;
    private static final char[] CHARACTERS = characters();
    private static final short[] VALUES = values();
    private static final short NONE = -1;

    private ByteAlphabet() {}

    private static char[] characters() {
        char[] characters = new char[BYTES];
        char next = BYTES;
        for (char value = 0; value < BYTES; value++) {
            boolean printable = value >= '!' && value <= '~' || value >= '¡' && value <= '¬' || value >= '®';
            characters[value] = printable ? value : next++;
        }
        return characters;
    }

    private static short[] values() {
        short[] values = new short[2 * BYTES];
        Arrays.fill(values, NONE);
        for (short value = 0; value < BYTES; value++) {
            values[CHARACTERS[value]] = value;
        }
        return values;
    }

    /** The character for a byte of 0 to 255. */
    static char character(int value) {
        return CHARACTERS[value];
    }

    /** The token's spelling of some bytes. */
    static String spell(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        for (byte value : bytes) {
            text.append(CHARACTERS[Byte.toUnsignedInt(value)]);
        }
        return text.toString();
    }

    /** The bytes of a token; if a character stands for no byte, the token's own UTF-8. */
    static byte[] bytes(String token) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(token.length());
        for (int i = 0; i < token.length(); i++) {
            char character = token.charAt(i);
            if (character >= VALUES.length || VALUES[character] == NONE) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes.write(VALUES[character]);
        }
        return bytes.toByteArray();
    }
}
