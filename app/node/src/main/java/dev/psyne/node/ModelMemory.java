package dev.psyne.node;

import dev.psyne.vlm.ModelOptions;

/**
 * The memory for models: their weights, and what each remembers of conversations.
 *
 * @param budgetBytes for all models together
 * @param contextTokens longest question and answer of each together
 */
record ModelMemory(long budgetBytes, int contextTokens) {
    /** No limit but the machine's. */
    static final long UNLIMITED = Long.MAX_VALUE;

    /** One part in so many of the budget is for each model's conversations. */
    private static final int CONVERSATIONS_SHARE = 4;

    /** Conversations lie on the Java heap, which has other uses: they get one part in so many of it. */
    private static final int HEAP_SHARE = 3;

    private static final long SMALL_BYTES = 12L << 20;

    ModelMemory {
        if (budgetBytes < 1) {
            throw new IllegalArgumentException("--memory-budget is to be 1 byte or more, not " + budgetBytes);
        }
        if (contextTokens < 1) {
            throw new IllegalArgumentException("--context-tokens is to be 1 or more, not " + contextTokens);
        }
    }

    /** What is usual: no limit, the longest context that a model has by itself. */
    static ModelMemory standard() {
        return new ModelMemory(UNLIMITED, ModelOptions.DEFAULT_CONTEXT_TOKENS);
    }

    /** Room for the embedded model and for a few pictures that it remembers. */
    static ModelMemory small() {
        return new ModelMemory(SMALL_BYTES, ModelOptions.DEFAULT_CONTEXT_TOKENS);
    }

    /** How a model is loaded that has options of its own. */
    ModelOptions options(ModelOptions own) {
        return own.withContextTokens(contextTokens).withMemoryBudgetBytes(conversationBytes());
    }

    private long conversationBytes() {
        long share = Math.max(
                1,
                Math.min(budgetBytes / CONVERSATIONS_SHARE, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
        return Math.min(share, ModelOptions.DEFAULT_MEMORY_BUDGET_BYTES);
    }

    /** What a model takes, with its conversations. */
    long takes(long weightBytes) {
        return weightBytes + conversationBytes();
    }

    /** Whether a model fits beside what others take. */
    boolean fits(long usedBytes, long weightBytes) {
        return takes(weightBytes) <= budgetBytes - usedBytes;
    }

    /** Refuses a model that does not fit even alone. */
    void requireRoom(String name, long weightBytes) {
        if (!fits(0, weightBytes)) {
            throw new IllegalArgumentException("--memory-budget " + budgetBytes + ": the model " + name + " takes "
                    + takes(weightBytes) + " bytes; give at least that, or another model");
        }
    }
}
