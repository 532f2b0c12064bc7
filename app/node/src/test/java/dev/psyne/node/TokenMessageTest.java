package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.psyne.vlm.Token;
import dev.psyne.vlm.TokenChoice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenMessageTest {
    @Test
    void liesInTheRingByteForByteAsDrawn() {
        try (Arena arena = Arena.ofConfined()) {
            List<TokenChoice> likeliest = List.of(new TokenChoice(258, " é", -0.5));
            TokenMessage.Encoded encoded = TokenMessage.Encoded.of(new Token(3, 258, " é", 0.5, likeliest));
            MemorySegment message = arena.allocate(encoded.bytes());
            encoded.write(message);

            assertEquals(
                    "03000000" + "02010000" + "000000000000e03f" + "03000000" + "01000000" + "20c3a9" + "02010000"
                            + "000000000000e0bf" + "03000000" + "20c3a9",
                    HexFormat.of().formatHex(message.toArray(ValueLayout.JAVA_BYTE)));
            assertEquals(new TokenMessage(3, 258, 0.5, " é", likeliest), TokenMessage.read(message));
        }
    }

    @Test
    void refusesATextThatNoMessageHolds() {
        String text = "x".repeat(TokenMessage.MAX_TEXT_BYTES + 1);
        Token token = new Token(0, 1, text, 1);
        assertThrows(IllegalArgumentException.class, () -> TokenMessage.Encoded.of(token));
    }
}
