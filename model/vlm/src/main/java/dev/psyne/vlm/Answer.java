package dev.psyne.vlm;

/**
 * A finished answer.
 *
 * @param text the texts of all tokens the sink was given, joined
 * @param confidence geometric mean of the calibrated probabilities of the tokens chosen, the end included, 0 to 1
 * @param sure false if the text ends with the sentence that says so
 * @param tokens how many tokens the sink was given
 * @param promptTokens how many tokens the question took, its frame and its pictures included
 * @param cachedTokens how many of those were known from an earlier question
 * @param reason why it ended
 * @param encodeNanos time the pictures took to encode; 0 if they were known, in nanoseconds
 * @param firstTokenNanos from the question, its pictures encoded, to the first token, in nanoseconds
 * @param totalNanos from the question, its pictures encoded, to the end, in nanoseconds
 */
public record Answer(
        String text,
        double confidence,
        boolean sure,
        int tokens,
        int promptTokens,
        int cachedTokens,
        FinishReason reason,
        long encodeNanos,
        long firstTokenNanos,
        long totalNanos) {}
