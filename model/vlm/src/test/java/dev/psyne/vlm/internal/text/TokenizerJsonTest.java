package dev.psyne.vlm.internal.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerJsonTest {
    private static final String GOOD = """
            {"added_tokens": [
              {"id": 8, "content": "<l>", "lstrip": true, "special": true},
              {"id": 9, "content": "<r>", "rstrip": true},
              {"id": 10, "content": "<w>", "single_word": true},
              {"id": 11, "content": "é", "normalized": true},
              {"id": 12, "content": "<l>>"}],
             "normalizer": {"type": "NFC"},
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
             "model": {"type": "BPE", "unk_token": null, "ignore_merges": false,
              "vocab": {"a": 0, "b": 1, "c": 2, "Ġ": 3, "ab": 4, "bc": 5, "abc": 6, "Ġa": 7},
              "merges": [["b", "c"], "a b", ["a", "bc"], "Ġ a"]}}
            """;

    @TempDir
    private Path folder;

    @Test
    void mergesComeInTheOrderOfTheirRanks() {
        Tokenizer tokenizer = parse(GOOD);
        assertArrayEquals(new int[] {6}, tokenizer.encode("abc"));
        assertArrayEquals(new int[] {4, 4}, tokenizer.encode("abab"));
        assertArrayEquals(new int[] {0, 3, 4, 5}, tokenizer.encode("a abbc"));
        assertEquals("a abbc", tokenizer.decode(new int[] {0, 7, 1, 5}, true));
    }

    @Test
    void addedTokensTakeTheSpaceTheyAskFor() {
        Tokenizer tokenizer = parse(GOOD);
        assertArrayEquals(new int[] {0, 8, 3, 1}, tokenizer.encode("a  <l> b"));
        assertArrayEquals(new int[] {0, 3, 9, 1}, tokenizer.encode("a <r>  \tb"));
        assertArrayEquals(new int[] {9, 8, 1}, tokenizer.encode("<r> <l>b"));
        assertArrayEquals(new int[] {12, 1}, tokenizer.encode("<l>>b"));
        assertArrayEquals(new int[] {3, 10, 3}, tokenizer.encode(" <w> "));
        assertArrayEquals(new int[] {0, 1}, tokenizer.encode("a<w>b"));
        assertArrayEquals(new int[] {0, 11, 1}, tokenizer.encode("ae\u0301b"));
        assertEquals("b<r>", tokenizer.decode(new int[] {8, 1, 9}, false));
    }

    @Test
    void wordsThatAreTokensStayWholeIfTheFileSaysSo() {
        String apart = GOOD.replace("[\"a\", \"bc\"], ", "");
        assertArrayEquals(new int[] {0, 5}, parse(apart).encode("abc"));
        String whole = apart.replace("\"ignore_merges\": false", "\"ignore_merges\": true");
        assertArrayEquals(new int[] {6}, parse(whole).encode("abc"));
    }

    @Test
    void bytesWithoutATokenAreLeftOutOrUnknown() {
        assertArrayEquals(new int[] {4}, parse(GOOD).encode("axb"));
        Tokenizer unknown = parse(GOOD.replace("\"unk_token\": null", "\"unk_token\": \"c\""));
        assertArrayEquals(new int[] {0, 2, 1}, unknown.encode("axb"));
    }

    @Test
    void aSpaceIsPutFirstIfTheFileSaysSo() {
        Tokenizer tokenizer = parse(GOOD.replace("\"add_prefix_space\": false", "\"add_prefix_space\": true"));
        assertArrayEquals(new int[] {7}, tokenizer.encode("a"));
        assertArrayEquals(new int[] {7}, tokenizer.encode(" a"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'type': 'BPE'           | 'type': 'Unigram'        | model.type: found Unigram",
                "'unk_token': null       | 'byte_fallback': true    | byte_fallback: found true",
                "'unk_token': null       | 'unk_token': '?'         | unk_token: found '?'",
                "'unk_token': null       | 'dropout': 0.1           | dropout",
                "'unk_token': null       | 'end_of_word_suffix': '</w>' | </w>",
                "'a b'                   | 'a x'                    | model.merges[1]: found 'a' and 'x'",
                "'a b'                   | 'a b c'                  | model.merges[1]: found a b c",
                "'a b'                   | 7                        | model.merges[1]: found 7",
                "'b': 1                  | 'b': 0                   | id 0 for 'b'",
                "'b': 1                  | 'b': -1                  | vocab.b: found -1",
                "'b': 1                  | 'b': 1000000000          | vocab.b: found 1000000000",
                "'b': 1                  | 'b': 'b'                 | vocab.b",
                "'b': 1                  | 'a': 1                   | json",
                "'content': '<r>'        | 'content': ''            | added_tokens[1].content: found 0 characters",
                "'content': '<r>'        | 'content': 'b'           | added_tokens[1]: found 'b' as 9",
                "'id': 9                 | 'id': 8                  | added_tokens[1]: found id 8",
                "'type': 'NFC'           | 'type': 'Lowercase'      | normalizer.type: found Lowercase",
                "'type': 'ByteLevel'     | 'type': 'Metaspace'      | pre_tokenizer.type: found Metaspace",
                "'type': 'ByteLevel'     | 'type': 'Digits'         | none that is ByteLevel",
                "'lstrip': true          | 'lstrip': 1              | lstrip: found 1",
            })
    void refusesWhatItDoesNotKnow(String from, String to, String message) {
        String json = from.replace('\'', '"');
        assertTrue(GOOD.contains(json), from);
        assertMessage(() -> parse(GOOD.replace(json, to.replace('\'', '"'))), message);
    }

    @Test
    void refusesATokenizerWithoutMerges() {
        String merges = GOOD.substring(GOOD.indexOf("\"merges\""), GOOD.lastIndexOf("]") + 1);
        assertMessage(() -> parse(GOOD.replace(merges, "\"merges\": []")), "model.merges: found no merges");
        assertMessage(() -> parse(GOOD.replace("\"merges\"", "\"merged\"")), "model.merges: found no merges");
        assertMessage(() -> parse("{}"), "model");
    }

    @Test
    void aPatternThatRunsAwayIsRefused() {
        assertMessage(() -> parse(split("(a+)+$")), "pattern without repeated groups");
        assertMessage(() -> parse(split("(a")), "a regular expression");
        Tokenizer slow = parse(split("\\\\w*\\\\w*\\\\w*\\\\w*x"));
        assertThrows(IllegalArgumentException.class, () -> slow.encode("a".repeat(2000)));
        assertMessage(() -> parse(split("a").replace("Isolated", "MergedWithNext")), "MergedWithNext");
    }

    @Test
    void severalTokensMayEndATurn() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), GOOD);
        Tokenizer tokenizer = Tokenizer.readDirectory(folder);
        Files.writeString(folder.resolve("config.json"), "{\"text_config\": {\"eos_token_id\": 5}}");
        assertEquals(Set.of(5), EndTokens.of(folder, tokenizer));
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [8, 9]}");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": {\"content\": \"<w>\"}}");
        assertEquals(Set.of(8, 9, 10), EndTokens.of(folder, tokenizer));
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [\"8\"]}");
        assertMessage(() -> EndTokens.of(folder, tokenizer), "eos_token_id: found 8");
    }

    @Test
    void aVocabularyOfPublishedSizeIsRead() {
        StringBuilder vocabulary = new StringBuilder("\"a\": 0, \"b\": 1, \"ab\": 2");
        for (int id = 3; id < 150_000; id++) {
            vocabulary
                    .append(",\"w")
                    .append(Integer.toString(id * 7919, 36))
                    .append("\":")
                    .append(id);
        }
        String json = "{\"pre_tokenizer\": {\"type\": \"ByteLevel\"}, \"model\": {\"vocab\": {" + vocabulary
                + "}, \"merges\": [\"a b\"]}}";
        assertEquals(150_000, parse(json).size());
    }

    private static String split(String pattern) {
        return GOOD.replace(
                "\"pre_tokenizer\": {",
                "\"pre_tokenizer\": {\"type\": \"Sequence\", \"pretokenizers\": ["
                        + "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"" + pattern
                        + "\"}, \"behavior\": \"Isolated\"}, {\"type\": \"ByteLevel\"}]}, \"unused\": {");
    }

    private static Tokenizer parse(String json) {
        return new Tokenizer(TokenizerJson.parse(
                JsonFields.parse(Path.of("tokenizer.json"), json.getBytes(StandardCharsets.UTF_8))));
    }

    private static void assertMessage(Runnable action, String... parts) {
        ModelException e = assertThrows(ModelException.class, action::run);
        for (String part : parts) {
            assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
        }
    }
}
