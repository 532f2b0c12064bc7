package dev.psyne.vlm.internal.chat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.GgufBytes;
import dev.psyne.vlm.internal.checkpoint.GgufFile;
import dev.psyne.vlm.internal.language.RotaryScaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stretched rotary positions as GGUF files say them. */
class GgufRotaryTest {
    private static final int ALIGNMENT = 32;
    private static final String SCALING = "llama.rope.scaling.";

    @TempDir
    private Path folder;

    private RotaryScaling scaling(GgufBytes bytes) throws IOException {
        Path path = folder.resolve("rotary.gguf");
        Files.write(path, bytes.align(ALIGNMENT).array());
        try (GgufFile file = GgufFile.open(path)) {
            return GgufRotary.scaling(file, "llama.", 4096, 4);
        }
    }

    private static GgufBytes keys(int count) {
        return GgufBytes.header(3, 0, count);
    }

    private static GgufBytes number(GgufBytes bytes, String key, float value) {
        return bytes.string(key).u32(6).f32(value);
    }

    /** Two divisors. */
    private static GgufBytes divided(GgufBytes bytes, float first, float second) {
        return bytes.tensor("rope_freqs.weight", 0, 0, 2)
                .align(ALIGNMENT)
                .f32(first)
                .f32(second);
    }

    @Test
    void keysSayHowPositionsAreStretched() throws IOException {
        assertEquals(RotaryScaling.NONE, scaling(keys(0)));
        assertEquals(RotaryScaling.NONE, scaling(keys(1).text(SCALING + "type", "none")));
        assertEquals(new RotaryScaling.Linear(4), scaling(number(keys(1), "llama.rope.scale_linear", 4)));
        assertEquals(
                new RotaryScaling.Linear(2),
                scaling(number(keys(2).text(SCALING + "type", "linear"), SCALING + "factor", 2)));
        GgufBytes yarn = number(keys(3).text(SCALING + "type", "yarn"), SCALING + "factor", 4);
        assertEquals(
                new RotaryScaling.Yarn(4, 1024, 32, 1, true, 1 + 0.1 * Math.log(4)),
                scaling(yarn.number(SCALING + "original_context_length", 1024)));
        GgufBytes louder = number(keys(3).text(SCALING + "type", "yarn"), SCALING + "factor", 4);
        assertEquals(
                new RotaryScaling.Yarn(4, 4096, 32, 1, true, 2 * (1 + 0.1 * Math.log(4))),
                scaling(number(louder, SCALING + "attn_factor", 2)));
    }

    @Test
    void aTensorDividesTheFrequencies() throws IOException {
        RotaryScaling scaling = scaling(divided(GgufBytes.header(3, 1, 0), 1, 8));
        assertArrayEquals(new double[] {1, 0.01 / 8}, scaling.frequencies(4, 10000), 1e-15);
    }

    @Test
    void whatIsNotKnownIsRefusedByName() {
        assertRefused(
                keys(1).text(SCALING + "type", "longrope"),
                "type: found 'longrope', expected one of none, linear, yarn");
        GgufBytes partly = number(keys(2).text(SCALING + "type", "yarn"), SCALING + "yarn_ext_factor", 0.5f);
        assertRefused(partly, "yarn_ext_factor: found 0.5");
        assertRefused(divided(GgufBytes.header(3, 1, 0), 1, 0), "rope_freqs.weight: found 0.0 at 1");
        GgufBytes both = number(GgufBytes.header(3, 1, 1), SCALING + "factor", 2);
        assertRefused(divided(both, 1, 2), "none beside the tensor rope_freqs.weight");
    }

    private void assertRefused(GgufBytes bytes, String message) {
        ModelException refused = assertThrows(ModelException.class, () -> scaling(bytes));
        assertTrue(String.valueOf(refused.getMessage()).contains(message), refused.getMessage());
    }
}
