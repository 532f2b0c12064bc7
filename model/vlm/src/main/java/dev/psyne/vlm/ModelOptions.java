package dev.psyne.vlm;

import dev.psyne.tensor.KernelChoice;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a model is loaded.
 *
 * @param kernels the variant of the kernels
 * @param verifyHashes whether files must have the SHA-256 that stands beside them, where one does
 * @param contextTokens longest question and answer together; the model's own limit holds as well
 * @param memoryBudgetBytes for what is remembered of conversations: keys, values and encoded pictures
 * @param precision how the weights are held; the embedded model is measured, and its accuracy told, as it is stored
 * @param cache directory in which packed weights are kept, mapped from then on; without it they are packed into memory
 *     each time
 */
public record ModelOptions(
        KernelChoice kernels,
        boolean verifyHashes,
        int contextTokens,
        long memoryBudgetBytes,
        WeightPrecision precision,
        Optional<Path> cache) {
    /** Longest context unless the caller says otherwise, in tokens. */
    public static final int DEFAULT_CONTEXT_TOKENS = 8192;

    /** Memory unless the caller says otherwise, in bytes; but never more than half of what the process may take. */
    public static final long DEFAULT_MEMORY_BUDGET_BYTES = 1L << 30;

    /** Checks the sizes. */
    public ModelOptions {
        if (contextTokens < 1) {
            throw new IllegalArgumentException("the context must have at least 1 token, not " + contextTokens);
        }
        if (memoryBudgetBytes < 1) {
            throw new IllegalArgumentException("the memory must have at least 1 byte, not " + memoryBudgetBytes);
        }
    }

    /** The best kernels there are, hashes verified, weights as they are stored. */
    public static ModelOptions standard() {
        return new ModelOptions(
                KernelChoice.BEST,
                true,
                DEFAULT_CONTEXT_TOKENS,
                Math.min(DEFAULT_MEMORY_BUDGET_BYTES, Runtime.getRuntime().maxMemory() / 2),
                WeightPrecision.AS_STORED,
                Optional.empty());
    }

    /** These options with another variant of the kernels. */
    public ModelOptions withKernels(KernelChoice choice) {
        return new ModelOptions(choice, verifyHashes, contextTokens, memoryBudgetBytes, precision, cache);
    }

    /** These options with or without verification. */
    public ModelOptions withVerifyHashes(boolean verify) {
        return new ModelOptions(kernels, verify, contextTokens, memoryBudgetBytes, precision, cache);
    }

    /** These options with another longest context. */
    public ModelOptions withContextTokens(int tokens) {
        return new ModelOptions(kernels, verifyHashes, tokens, memoryBudgetBytes, precision, cache);
    }

    /** These options with another limit of memory. */
    public ModelOptions withMemoryBudgetBytes(long bytes) {
        return new ModelOptions(kernels, verifyHashes, contextTokens, bytes, precision, cache);
    }

    /** These options with weights held another way. */
    public ModelOptions withPrecision(WeightPrecision wanted) {
        return new ModelOptions(kernels, verifyHashes, contextTokens, memoryBudgetBytes, wanted, cache);
    }

    /** These options with a directory for packed weights. */
    public ModelOptions withCache(Path directory) {
        return new ModelOptions(
                kernels, verifyHashes, contextTokens, memoryBudgetBytes, precision, Optional.of(directory));
    }
}
