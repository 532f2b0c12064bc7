package dev.psyne.vlm.internal.batch;

/**
 * What a batch has done, and what it does now.
 *
 * @param active sequences being computed
 * @param waiting sequences that wait for their turn
 * @param pages with keys and values
 * @param pagesMost pages there may be
 * @param steps taken
 * @param promptTokens positions of prompts that were computed
 * @param cachedTokens positions of prompts that were known
 * @param tokens chosen
 */
public record BatchStatistics(
        int active,
        int waiting,
        int pages,
        int pagesMost,
        long steps,
        long promptTokens,
        long cachedTokens,
        long tokens) {}
