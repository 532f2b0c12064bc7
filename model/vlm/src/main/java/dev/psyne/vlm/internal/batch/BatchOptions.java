package dev.psyne.vlm.internal.batch;

import java.util.Set;

/**
 * The limits of a batch.
 *
 * @param sequences most that are computed at a time
 * @param waiting most that wait for their turn
 * @param chunkRows most rows of prompts in a step
 * @param budgetBytes for pages of keys and values
 * @param contextTokens longest sequence
 * @param endTokens the tokens that end a sequence
 */
public record BatchOptions(
        int sequences, int waiting, int chunkRows, long budgetBytes, int contextTokens, Set<Integer> endTokens) {
    /** Sequences at a time unless the caller says otherwise. */
    public static final int DEFAULT_SEQUENCES = 32;

    /** Sequences that wait unless the caller says otherwise. */
    public static final int DEFAULT_WAITING = 256;

    /** Rows of prompts in a step unless the caller says otherwise. */
    public static final int DEFAULT_CHUNK_ROWS = 256;

    /** Checks the limits. */
    public BatchOptions {
        endTokens = Set.copyOf(endTokens);
        if (sequences < 1 || waiting < 1 || chunkRows < 1 || budgetBytes < 1 || contextTokens < 1) {
            throw new IllegalArgumentException("limits below 1: " + sequences + " sequences, " + waiting + " waiting, "
                    + chunkRows + " rows, " + budgetBytes + " bytes, " + contextTokens + " tokens");
        }
    }

    /** The standard limits. */
    public static BatchOptions standard(long budgetBytes, int contextTokens, Set<Integer> endTokens) {
        return new BatchOptions(
                DEFAULT_SEQUENCES, DEFAULT_WAITING, DEFAULT_CHUNK_ROWS, budgetBytes, contextTokens, endTokens);
    }
}
