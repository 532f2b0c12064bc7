package dev.psyne.bench.vlm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Picture;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelOptions;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.WeightPrecision;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A variant with random weights is a directory that the engine loads and answers with, however its weights are held. */
class RandomScenesTest {
    private static final Path EMBEDDED = Path.of("..", "model", "vlm", "weights", "scenes-2");
    private static final SceneVariant TINY = new SceneVariant("tiny", 32, List.of(16, 16, 32, 48), 64, 1, 2, 2, 96);
    private static final int TOKENS = 4;

    @TempDir
    private Path folder;

    private static String answered(Path directory, WeightPrecision precision) throws InterruptedException {
        ModelOptions options = ModelOptions.standard().withVerifyHashes(false).withPrecision(precision);
        try (Scheduler scheduler = Scheduler.create(2);
                Model model = Model.load(directory, scheduler, options)) {
            Picture picture = Picture.of(40, 30, new byte[Picture.CHANNELS * 40 * 30]);
            Answer answer = model.answer(
                    Conversation.about(picture, "what is this"),
                    Sampling.greedy().withMaxTokens(TOKENS),
                    token -> true);
            assertEquals(TOKENS, answer.tokens());
            return model.info().weights();
        }
    }

    @Test
    void answersInFloats() throws Exception {
        RandomScenes.write(folder.resolve("floats"), TINY, false, EMBEDDED);
        assertEquals("F32", answered(folder.resolve("floats"), WeightPrecision.AS_STORED));
        assertTrue(answered(folder.resolve("floats"), WeightPrecision.INT8)
                .contains("I8, a scale for each output, activations quantised"));
    }

    @Test
    void answersInEightAndFourBits() throws Exception {
        RandomScenes.write(folder.resolve("bytes"), TINY, true, EMBEDDED);
        assertEquals("I8, a scale for each output", answered(folder.resolve("bytes"), WeightPrecision.AS_STORED));
        assertEquals(
                "I8, a scale for each output, activations quantised as they come",
                answered(folder.resolve("bytes"), WeightPrecision.INT8));
        assertEquals(
                "I4, a scale for each output and 32 inputs, activations quantised as they come",
                answered(folder.resolve("bytes"), WeightPrecision.INT4));
    }
}
