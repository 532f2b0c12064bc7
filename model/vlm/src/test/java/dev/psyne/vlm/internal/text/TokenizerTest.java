package dev.psyne.vlm.internal.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenizerTest {
    @Test
    void textsBecomeTheTokensOfTheReference() {
        for (GoldenModel model : GoldenModel.ALL) {
            Tokenizer tokenizer = model.tokenizer();
            List<?> texts = model.texts();
            assertEquals(10, texts.size());
            for (Object entry : texts) {
                String text = (String) GoldenModel.field(entry, "text");
                int[] ids = GoldenModel.ids(GoldenModel.field(entry, "ids"));
                assertArrayEquals(ids, tokenizer.encode(text), model.name() + ": " + text);
                assertEquals(GoldenModel.field(entry, "decoded"), tokenizer.decode(ids, true));
            }
        }
    }

    @Test
    void promptsBecomeTheTokensOfTheReference() {
        for (GoldenModel model : GoldenModel.ALL) {
            Tokenizer tokenizer = model.tokenizer();
            Object text = GoldenModel.field(model.cases(), "text");
            assertArrayEquals(GoldenModel.ids(GoldenModel.field(text, "input_ids")), tokenizer.encode((String)
                    GoldenModel.field(text, "prompt")));
        }
        Tokenizer tokenizer = GoldenModel.FASTVLM.tokenizer();
        Object two = GoldenModel.field(GoldenModel.FASTVLM.cases(), "two");
        String prompt = (String) GoldenModel.field(two, "prompt");
        assertArrayEquals(
                GoldenModel.ids(GoldenModel.field(two, "input_ids")),
                tokenizer.encode(prompt.replace("<image>", "<image>".repeat(9))));
    }

    @Test
    void answersBecomeTheTextOfTheReference() {
        for (GoldenModel model : GoldenModel.ALL) {
            Tokenizer tokenizer = model.tokenizer();
            for (Object answer : model.cases().values()) {
                int[] ids = GoldenModel.ids(GoldenModel.field(answer, "greedy_ids"));
                assertEquals(GoldenModel.field(answer, "greedy_text"), tokenizer.decode(ids, false));
                assertEquals(GoldenModel.field(answer, "greedy_text_raw"), tokenizer.decode(ids, true));
            }
        }
    }

    @Test
    void aCharacterIsGivenWithItsLastByte() {
        Tokenizer tokenizer = GoldenModel.SMOLVLM.tokenizer();
        String text = "画像 🙂 café";
        int[] ids = tokenizer.encode(text);
        TextStream stream = tokenizer.stream(true);
        StringBuilder given = new StringBuilder();
        for (int id : ids) {
            String part = stream.next(id);
            assertFalse(part.contains("\uFFFD"), part);
            given.append(part);
        }
        assertEquals("", stream.end());
        assertEquals(text, given.toString());
        int[] cut = Arrays.copyOf(tokenizer.encode("é🙂"), tokenizer.encode("é🙂").length - 1);
        assertEquals("é\uFFFD", tokenizer.decode(cut, true));
    }

    @Test
    void anyTextComesBack() {
        Tokenizer tokenizer = GoldenModel.SMOLVLM.tokenizer();
        Random random = new Random(8);
        for (int round = 0; round < 300; round++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(60); length > 0; length--) {
                int limit = random.nextBoolean() ? 128 : Character.MAX_CODE_POINT;
                int character = random.nextInt(limit);
                if (character < Character.MIN_SURROGATE || character > Character.MAX_SURROGATE) {
                    text.appendCodePoint(character);
                }
            }
            assertEquals(text.toString(), tokenizer.decode(tokenizer.encode(text.toString()), true));
        }
        assertEquals("a\uFFFDb", tokenizer.decode(tokenizer.encode("a\ud800b"), true));
    }

    @Test
    void specialTokensAreKnownByName() {
        Tokenizer tokenizer = GoldenModel.SMOLVLM.tokenizer();
        assertEquals(1314, tokenizer.size());
        int end = tokenizer.requireId("<end_of_utterance>");
        assertEquals(1313, end);
        assertTrue(tokenizer.special(end));
        assertFalse(tokenizer.special(56));
        assertEquals(OptionalInt.empty(), tokenizer.id("<nothing>"));
        assertArrayEquals("<image>".getBytes(StandardCharsets.UTF_8), tokenizer.bytes(1311));
        assertThrows(IllegalArgumentException.class, () -> tokenizer.bytes(1314));
        assertThrows(IllegalArgumentException.class, () -> tokenizer.bytes(-1));
    }

    @Test
    void endTokensAreThoseOfTheDirectory() {
        for (GoldenModel model : GoldenModel.ALL) {
            int end = model == GoldenModel.FASTVLM ? 1258 : 1313;
            assertEquals(Set.of(end), EndTokens.of(model.directory(), model.tokenizer()));
        }
    }

    /** The pairs of such a word change with every merge; searching all of them each time would take minutes. */
    @Test
    void aLongWordTakesNoLongerThanItsLength() {
        Tokenizer tokenizer = GoldenModel.SMOLVLM.tokenizer();
        for (String part : List.of("a", "there", "\n", " ", "-", "é")) {
            String text = part.repeat(100_000 / part.length());
            assertEquals(text, tokenizer.decode(tokenizer.encode(text), true));
        }
        String tooLong = "a".repeat(Tokenizer.MAX_TEXT_CHARACTERS + 1);
        assertThrows(IllegalArgumentException.class, () -> tokenizer.encode(tooLong));
    }
}
