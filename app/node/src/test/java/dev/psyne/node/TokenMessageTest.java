package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TokenMessageTest {
    @Test
    void liesInTheRingByteForByteAsDrawn() {
        try (Arena arena = Arena.ofConfined()) {
            byte[] text = TokenMessage.textBytes(" é");
            MemorySegment message = arena.allocate(TokenMessage.HEADER_BYTES + text.length);
            TokenMessage.write(message, 3, 258, 0.5, text);

            assertEquals(
                    "03000000" + "02010000" + "000000000000e03f" + "03000000" + "20c3a9",
                    HexFormat.of().formatHex(message.toArray(ValueLayout.JAVA_BYTE)));
            assertEquals(new TokenMessage(3, 258, 0.5, " é"), TokenMessage.read(message));
        }
    }

    @Test
    void refusesATextThatNoMessageHolds() {
        String text = "x".repeat(TokenMessage.MAX_TEXT_BYTES + 1);
        assertThrows(IllegalArgumentException.class, () -> TokenMessage.textBytes(text));
    }
}
