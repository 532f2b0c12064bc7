package dev.psyne.vlm;

import dev.psyne.fiber.Scheduler;
import dev.psyne.vlm.internal.chat.ModelVerification;
import java.nio.file.Path;
import java.util.List;

/**
 * Looks at all of a model's files, and whether it answers. Reads every byte of them, so it takes its time; what is wrong
 * is a finding, never an exception.
 */
public final class ModelCheck {
    private ModelCheck() {}

    /**
     * One thing that was looked at.
     *
     * @param what it was
     * @param passed whether it is as it should be
     * @param detail what was found
     */
    public record Finding(String what, boolean passed, String detail) {}

    /**
     * Hashes of the files and of the packed weights, tensors with numbers that are none, shapes, and a short answer.
     *
     * @param path of the model, as for {@link Model#load(Path, Scheduler, ModelOptions)}
     */
    public static List<Finding> check(Path path, Scheduler scheduler, ModelOptions options) {
        return ModelVerification.check(path, scheduler, options);
    }

    /**
     * Compares every stage of a model that talks with what a reference recorded of it: pixels, features of the image tower,
     * rows of the connector, the prompt's tokens, logits, and the likeliest continuation. A finding for each says the
     * largest difference; the limits are those of weights and activations in single precision.
     *
     * @param goldens directory of {@code golden.json} and {@code golden.safetensors}, {@code images} beside it
     */
    public static List<Finding> compare(Path path, Scheduler scheduler, ModelOptions options, Path goldens) {
        return ModelVerification.compare(path, scheduler, options, goldens);
    }
}
