package dev.psyne.vlm.internal.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.nio.file.Path;

/** Any {@code tokenizer.json} is refused, or makes tokens of a text that can be put together again. */
class TokenizerFuzzTest {
    private static final Path FILE = Path.of("tokenizer.json");
    private static final String TEXT = "A caf\u00e9, it's  1234\n\n<s> \ud83d\ude42 abababab";

    @FuzzTest(maxDuration = "60s")
    void anyFileIsRefusedOrMakesTokens(byte[] input) {
        Tokenizer tokenizer;
        try {
            tokenizer = new Tokenizer(TokenizerJson.parse(JsonFields.parse(FILE, input)));
        } catch (ModelException e) {
            return;
        }
        try {
            tokenizer.decode(tokenizer.encode(TEXT), false);
        } catch (IllegalArgumentException e) {
            if (!String.valueOf(e.getMessage()).contains("the tokenizer's pattern")) {
                throw e;
            }
        }
    }
}
