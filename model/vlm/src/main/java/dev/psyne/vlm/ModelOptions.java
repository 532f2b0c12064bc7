package dev.psyne.vlm;

import dev.psyne.tensor.KernelChoice;

/**
 * How a model is loaded.
 *
 * @param kernels the variant of the kernels
 * @param verifyHashes whether the files must have the SHA-256 that {@code model.json} states
 */
public record ModelOptions(KernelChoice kernels, boolean verifyHashes) {

    /** The best kernels there are, hashes verified. */
    public static ModelOptions standard() {
        return new ModelOptions(KernelChoice.BEST, true);
    }

    /** These options with another variant of the kernels. */
    public ModelOptions withKernels(KernelChoice choice) {
        return new ModelOptions(choice, verifyHashes);
    }

    /** These options with or without verification. */
    public ModelOptions withVerifyHashes(boolean verify) {
        return new ModelOptions(kernels, verify);
    }
}
