package dev.psyne.vlm.internal.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tokenizer of Qwen2 in the files it had before {@code tokenizer.json}. */
class TokenizerFilesTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Path whole = GoldenModel.FASTVLM.directory().resolve("tokenizer.json");
        JsonNode model = new JsonMapper().readTree(whole.toFile()).get("model");
        Files.writeString(folder.resolve("vocab.json"), model.get("vocab").toString());
        String merges = model.get("merges")
                .valueStream()
                .map(pair -> pair.get(0).stringValue() + " " + pair.get(1).stringValue())
                .collect(Collectors.joining("\n"));
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\n" + merges + "\n");
        Files.copy(
                GoldenModel.FASTVLM.directory().resolve("tokenizer_config.json"),
                folder.resolve("tokenizer_config.json"));
    }

    private void assertReference(Tokenizer tokenizer) {
        for (Object entry : GoldenModel.FASTVLM.texts()) {
            String text = (String) GoldenModel.field(entry, "text");
            int[] ids = GoldenModel.ids(GoldenModel.field(entry, "ids"));
            assertArrayEquals(ids, tokenizer.encode(text), text);
            assertEquals(GoldenModel.field(entry, "decoded"), tokenizer.decode(ids, true));
        }
        Object text = GoldenModel.field(GoldenModel.FASTVLM.cases(), "text");
        assertArrayEquals(GoldenModel.ids(GoldenModel.field(text, "input_ids")), tokenizer.encode((String)
                GoldenModel.field(text, "prompt")));
    }

    @Test
    void textsBecomeTheTokensOfTheReference() {
        Tokenizer tokenizer = Tokenizer.readDirectory(folder);
        assertReference(tokenizer);
        assertEquals(1260, tokenizer.size());
        assertTrue(tokenizer.special(1257));
        assertEquals(
                OptionalInt.of(1259), Tokenizer.readDirectory(folder, "<image>").id("<image>"));
        assertEquals(
                OptionalInt.of(1260), Tokenizer.readDirectory(folder, "<video>").id("<video>"));
    }

    @Test
    void addedTokensHaveAFileOfTheirOwn() throws IOException {
        Files.writeString(
                folder.resolve("added_tokens.json"),
                "{\"<|endoftext|>\": 1256, \"<|im_start|>\": 1257, \"<|im_end|>\": 1258, \"<image>\": 1259, \"<tool>\": 1260}");
        configure("{\"tokenizer_class\": \"Qwen2Tokenizer\", \"eos_token\": \"<|im_end|>\"}");
        Files.writeString(
                folder.resolve("special_tokens_map.json"),
                "{\"pad_token\": {\"content\": \"<|endoftext|>\"}, \"additional_special_tokens\": [\"<|im_start|>\", \"<image>\"]}");
        Tokenizer tokenizer = Tokenizer.readDirectory(folder);
        assertReference(tokenizer);
        for (int id = 1256; id < 1260; id++) {
            assertTrue(tokenizer.special(id), "token " + id);
        }
        assertFalse(tokenizer.special(1260));
        assertArrayEquals(new int[] {1260, 1258}, tokenizer.encode("<tool><|im_end|>"));
    }

    @Test
    void aSpaceIsPutBeforeTextsWhereGpt2WasTrainedSo() throws IOException {
        configure("{\"tokenizer_class\": \"GPT2Tokenizer\", \"add_prefix_space\": true}");
        Tokenizer tokenizer = Tokenizer.readDirectory(folder);
        assertEquals(" a12", tokenizer.decode(tokenizer.encode("a12"), true));
        configure("{\"tokenizer_class\": \"GPT2TokenizerFast\"}");
        Tokenizer plain = Tokenizer.readDirectory(folder);
        assertEquals("a12", plain.decode(plain.encode("a12"), true));
    }

    private void configure(String json) throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), json);
    }

    private void assertRefused(String... parts) {
        ModelException refused = assertThrows(ModelException.class, () -> Tokenizer.readDirectory(folder));
        for (String part : parts) {
            assertTrue(String.valueOf(refused.getMessage()).contains(part), refused.getMessage());
        }
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        configure("{\"tokenizer_class\": \"LlamaTokenizer\"}");
        assertRefused("tokenizer_class: found LlamaTokenizer", "Qwen2Tokenizer or GPT2Tokenizer");
        configure("{}");
        assertRefused("tokenizer_class: found nothing");
        configure("{\"tokenizer_class\": \"Qwen2Tokenizer\", \"added_tokens_decoder\": {\"x\": {\"content\": \"y\"}}}");
        assertRefused("added_tokens_decoder.x");
        configure(
                "{\"tokenizer_class\": \"Qwen2Tokenizer\", \"added_tokens_decoder\": {\"3000\": {\"content\": \"<a>\"}}}");
        Files.writeString(folder.resolve("added_tokens.json"), "{\"<a>\": 3001}");
        assertRefused("<a>: found 3001, expected 3000");
        Files.delete(folder.resolve("added_tokens.json"));
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\na b c\n");
        assertRefused("merges.txt: merge 0: found a b c");
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\n\n");
        assertRefused("merges.txt", "no merges");
        for (String name : new String[] {"tokenizer_config.json", "merges.txt", "vocab.json"}) {
            Files.delete(folder.resolve(name));
            assertRefused(name + ": found nothing", "vocab.json, merges.txt and tokenizer_config.json");
        }
    }
}
