package dev.psyne.vlm.internal.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.psyne.vlm.ModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Any merges, configuration and added tokens, one behind the other, are refused or make tokens of a text. */
class TokenizerFilesFuzzTest {
    private static final String TEXT = "A caf\u00e9, it's  1234\n\n<s> \ud83d\ude42 abababab";
    private static final List<String> NAMES = List.of("merges.txt", "tokenizer_config.json", "added_tokens.json");
    private static final List<String> GOOD =
            List.of("a b\n", "{\"tokenizer_class\": \"Qwen2Tokenizer\"}", "{\"<s>\": 4}");

    private static Path folder;

    @BeforeAll
    static void write() throws IOException {
        folder = Files.createTempDirectory("psyne-fuzz-");
        Files.writeString(folder.resolve("vocab.json"), "{\"a\": 0, \"b\": 1, \"ab\": 2, \"abab\": 3}");
    }

    @AfterAll
    static void delete() throws IOException {
        for (String name : NAMES) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.delete(folder.resolve("vocab.json"));
        Files.delete(folder);
    }

    @FuzzTest(maxDuration = "60s")
    void anyFilesAreRefusedOrMakeTokens(byte[] input) throws IOException {
        String[] parts = new String(input, StandardCharsets.ISO_8859_1).split("\0", -1);
        for (int i = 0; i < NAMES.size(); i++) {
            String part = i < parts.length && !parts[i].isEmpty() ? parts[i] : GOOD.get(i);
            Files.write(folder.resolve(NAMES.get(i)), part.getBytes(StandardCharsets.ISO_8859_1));
        }
        Tokenizer tokenizer;
        try {
            tokenizer = Tokenizer.readDirectory(folder);
        } catch (ModelException e) {
            return;
        }
        tokenizer.decode(tokenizer.encode(TEXT), false);
    }
}
