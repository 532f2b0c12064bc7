package dev.psyne.vlm.internal.scenes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;

class WordTokenizerTest {
    private static final int FUZZED_TEXTS = 3000;

    private final WordTokenizer tokenizer = parse(json("\"cat\",\"alarm clock\",\"is\",\"what's\"", 1));

    @Test
    void takesTheLongestPhraseAndItsAlias() {
        assertArrayEquals(new int[] {262, 261, 260}, tokenizer.encode("Is alarm-clock CATS?"));
        assertArrayEquals(new int[] {261}, tokenizer.encode("Alarm  clocks!"));
        assertArrayEquals(new int[] {263}, tokenizer.encode("what\u2019s"));
    }

    @Test
    void anUnknownWordBecomesItsFirstBytes() {
        int[] ids = tokenizer.encode("dog");
        assertArrayEquals(new int[] {4 + 'd', 4 + 'o', 4 + 'g'}, ids);
        assertEquals(16, tokenizer.encode("x".repeat(99)).length);
        assertEquals("dog cat", tokenizer.decode(4 + 'd', 4 + 'o', 4 + 'g', 260));
    }

    @Test
    void bytesThatAreNoTextBecomeReplacementCharacters() {
        assertEquals("\uFFFD cat", tokenizer.decode(4 + 0xE7, 260));
        assertEquals("cat \uFFFD", tokenizer.decode(260, 4 + 0xE7, 4 + 0x8C));
        assertEquals("cat cat", tokenizer.decode(1, 260, 2, 260, 3));
    }

    @Test
    void streamedTextIsTheDecodedText() {
        AnswerText text = new AnswerText(tokenizer);
        byte[] bytes = "\u732b".getBytes(StandardCharsets.UTF_8);
        assertEquals("cat", text.add(260));
        assertEquals(" ", text.add(4 + Byte.toUnsignedInt(bytes[0])));
        assertEquals("", text.add(4 + Byte.toUnsignedInt(bytes[1])));
        assertEquals("\u732b", text.add(4 + Byte.toUnsignedInt(bytes[2])));
        assertEquals(" cat", text.add(260));
        assertEquals("", text.finish());
    }

    @Test
    void anyTextGivesIdsOfTheVocabulary() {
        Random random = new Random(11);
        WordTokenizer embedded = EmbeddedModel.tokenizer();
        for (int i = 0; i < FUZZED_TEXTS; i++) {
            String text = text(random);
            int[] ids = embedded.encode(text);
            for (int id : ids) {
                assertTrue(id >= WordTokenizer.FIRST_BYTE && id < embedded.vocabulary(), text);
            }
            String decoded = embedded.decode(ids);
            assertTrue(decoded.length() <= 16 * 20 * text.length() + 1, text);
            if (Arrays.stream(ids).noneMatch(WordTokenizer::isByte)) {
                assertArrayEquals(ids, embedded.encode(decoded), text);
            }
        }
    }

    @Test
    void anyIdsGiveTheSameTextInPiecesAndAtOnce() {
        Random random = new Random(12);
        for (int i = 0; i < FUZZED_TEXTS; i++) {
            int[] ids =
                    random.ints(random.nextInt(12), 0, tokenizer.vocabulary()).toArray();
            AnswerText text = new AnswerText(tokenizer);
            StringBuilder pieces = new StringBuilder();
            for (int id : ids) {
                pieces.append(text.add(id));
            }
            assertEquals(tokenizer.decode(ids), pieces.append(text.finish()).toString());
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        String[] words = {"cat", "cats", "alarm", "clock", " ", "'", "\u2019", "?", "-", "\uD83D", "top", "left"};
        for (int length = random.nextInt(12); length > 0; length--) {
            if (random.nextInt(3) == 0) {
                text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
            } else {
                text.append(words[random.nextInt(words.length)]).append(random.nextBoolean() ? " " : "");
            }
        }
        return text.toString();
    }

    @Test
    void refusesAnotherFormat() {
        assertMessage(json("\"cat\"", 2), "version", "2");
        assertMessage(json("\"cat\"", 1).replace("psyne-words", "bpe"), "format", "bpe");
        assertMessage(json("\"cat\"", 1).replace("<eos>", "</s>"), "tokens[3]", "</s>");
        assertMessage(json("\"cat\"", 1).replace("\"cats\":\"cat\"", "\"cats\":\"lion\""), "aliases.cats", "lion");
        assertMessage(json("\"cat\"", 1).replace("\"phrases\"", "\"sentences\""), "phrases", "nothing");
    }

    private static void assertMessage(String json, String key, String found) {
        ModelException e = assertThrows(ModelException.class, () -> parse(json));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains("words.json") && message.contains(key) && message.contains(found), message);
    }

    private static WordTokenizer parse(String json) {
        return WordTokenizer.parse(JsonFields.parse(Path.of("words.json"), json.getBytes(StandardCharsets.UTF_8)));
    }

    private static String json(String words, int version) {
        StringJoiner tokens = new StringJoiner(",");
        tokens.add("\"<pad>\",\"<bos>\",\"<sep>\",\"<eos>\"");
        for (int i = 0; i < 256; i++) {
            tokens.add(String.format("\"<0x%02X>\"", i));
        }
        String aliases =
                words.contains("clock") ? "\"cats\":\"cat\",\"alarm clocks\":\"alarm clock\"" : "\"cats\":\"cat\"";
        return "{\"format\":\"psyne-words\",\"version\":" + version + ",\"tokens\":[" + tokens + "," + words
                + "],\"phrases\":[\"alarm clock\",\"alarm clocks\"],\"aliases\":{" + aliases + "}}";
    }
}
