package dev.psyne.vlm;

/**
 * What a model has done since it was loaded, and what it does now. The counts are of one moment each, not all of the same.
 *
 * @param active answers being computed
 * @param waiting questions that wait for their turn
 * @param pages of keys and values in use; 0 for a model that has none
 * @param pagesMost pages there may be; 0 for a model that has none
 * @param steps taken, each for all active answers
 * @param promptTokens positions of prompts that were computed
 * @param cachedTokens positions of prompts that were known from earlier questions
 * @param tokens chosen
 */
public record ModelFigures(
        int active,
        int waiting,
        int pages,
        int pagesMost,
        long steps,
        long promptTokens,
        long cachedTokens,
        long tokens) {
    /** Of a model that has done nothing. */
    public static final ModelFigures NONE = new ModelFigures(0, 0, 0, 0, 0, 0, 0, 0);
}
