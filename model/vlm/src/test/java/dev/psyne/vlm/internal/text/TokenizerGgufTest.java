package dev.psyne.vlm.internal.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.GgufBytes;
import dev.psyne.vlm.internal.checkpoint.GgufFile;
import dev.psyne.vlm.internal.checkpoint.GgufMetadata;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerGgufTest {
    private static final List<String> TOKENS = List.of("a", "b", "Ġ", "1", "ab", "11", "111", "<s>", "<u>", "Ġa");
    private static final List<Integer> TYPES = List.of(1, 1, 1, 1, 1, 1, 1, 3, 4, 1);
    private static final List<String> MERGES = List.of("a b", "1 1", "11 1", "Ġ a");

    @TempDir
    private Path folder;

    @Test
    void theSameTokenizerInEitherFormatGivesTheSameTokens() throws IOException {
        for (GoldenModel model : GoldenModel.ALL) {
            JsonFields json = JsonFields.read(model.directory().resolve("tokenizer.json"));
            JsonFields bpe = json.child("model");
            List<String> merges = new ArrayList<>();
            for (Object merge : (List<?>) GoldenModel.field(Map.of("merges", bpe.value("merges")), "merges")) {
                merges.add(((List<?>) merge).get(0) + " " + ((List<?>) merge).get(1));
            }
            Tokenizer original = model.tokenizer();
            List<String> tokens = new ArrayList<>();
            List<Integer> types = new ArrayList<>();
            TokenizerParts parts = TokenizerJson.read(original.file());
            for (int id = 0; id < original.size(); id++) {
                tokens.add(parts.vocabulary().token(id));
                types.add(original.special(id) ? 3 : 1);
            }
            String name = model == GoldenModel.FASTVLM ? "qwen2" : "smollm";
            Tokenizer tokenizer = Tokenizer.of(metadata("gpt2", name, tokens, types, merges));
            for (Object text : model.texts()) {
                assertArrayEquals(GoldenModel.ids(GoldenModel.field(text, "ids")), tokenizer.encode((String)
                        GoldenModel.field(text, "text")));
            }
        }
    }

    @Test
    void digitsStayTogetherAsTheNameOfTheSplitSays() throws IOException {
        assertArrayEquals(new int[] {3, 3, 3, 3}, tokenizer("smollm").encode("1111"));
        assertArrayEquals(new int[] {3, 3, 3, 3}, tokenizer("qwen2").encode("1111"));
        assertArrayEquals(new int[] {6, 3}, tokenizer("llama-bpe").encode("1111"));
        assertArrayEquals(new int[] {5, 5}, tokenizer("gpt-2").encode("1111"));
        assertArrayEquals(new int[] {6, 3}, tokenizer("default").encode("1111"));
    }

    @Test
    void controlTokensAreCutOutAndEndATurn() throws IOException {
        Tokenizer tokenizer = tokenizer("smollm");
        assertArrayEquals(new int[] {4, 7, 8, 9}, tokenizer.encode("ab<s><u> a"));
        assertEquals("ab<u> a", tokenizer.decode(new int[] {4, 7, 8, 9}, false));
        byte[] file = GgufBytes.header(3, 0, 4)
                .texts("tokenizer.ggml.tokens", TOKENS)
                .number("tokenizer.ggml.eos_token_id", 7)
                .number("tokenizer.ggml.eot_token_id", 8)
                .text("tokenizer.chat_template", "{{ messages[0].content }}!")
                .align(32)
                .array();
        GgufMetadata metadata = metadata(file);
        assertEquals(Set.of(7, 8), EndTokens.of(metadata));
        assertEquals(
                "Hi!",
                ChatTemplate.of(metadata).orElseThrow().prompt(List.of(Map.of("content", "Hi")), true, Map.of()));
    }

    @Test
    void refusesWhatItDoesNotKnow() throws IOException {
        refused("tokenizer.ggml.model: found llama (SentencePiece), expected gpt2", "llama", "default", TYPES, MERGES);
        refused("tokenizer.ggml.pre: found 'tekken', expected one of", "gpt2", "tekken", TYPES, MERGES);
        refused("tokenizer.ggml.merges: found no merges", "gpt2", "smollm", TYPES, List.of());
        refused("tokenizer.ggml.merges[0]: found 'a' and 'x'", "gpt2", "smollm", TYPES, List.of("a x"));
        refused("tokenizer.ggml.merges[0]: found [a]", "gpt2", "smollm", TYPES, List.of("a"));
        refused("expected 10 types", "gpt2", "smollm", List.of(1), MERGES);
    }

    private void refused(String message, String model, String pre, List<Integer> types, List<String> merges)
            throws IOException {
        GgufMetadata metadata = metadata(model, pre, TOKENS, types, merges);
        ModelException e = assertThrows(ModelException.class, () -> Tokenizer.of(metadata));
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }

    private Tokenizer tokenizer(String pre) throws IOException {
        return Tokenizer.of(metadata("gpt2", pre, TOKENS, TYPES, MERGES));
    }

    private GgufMetadata metadata(
            String model, String pre, List<String> tokens, List<Integer> types, List<String> merges)
            throws IOException {
        return metadata(GgufBytes.header(3, 0, 5)
                .text("tokenizer.ggml.model", model)
                .text("tokenizer.ggml.pre", pre)
                .texts("tokenizer.ggml.tokens", tokens)
                .numbers("tokenizer.ggml.token_type", types)
                .texts("tokenizer.ggml.merges", merges)
                .align(32)
                .array());
    }

    private GgufMetadata metadata(byte[] file) throws IOException {
        try (GgufFile opened = GgufFile.open(Files.write(folder.resolve("tokenizer.gguf"), file))) {
            return opened.metadata();
        }
    }
}
