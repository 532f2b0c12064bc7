package dev.psyne.node;

import dev.psyne.vlm.Answer;
import java.util.Locale;

/**
 * What is told of a whole answer, the same on every way out of the node. Times are in milliseconds.
 *
 * @param reason {@code end}, {@code length}, {@code stop}, {@code cancelled} or {@code unsure}
 */
record AnswerWhole(
        String text,
        double confidence,
        boolean sure,
        long tokens,
        long promptTokens,
        long cachedTokens,
        String reason,
        double encodeMs,
        double firstTokenMs,
        double totalMs) {
    private static final double NANOS_PER_MILLI = 1e6;

    static AnswerWhole of(Answer answer) {
        return new AnswerWhole(
                answer.text(),
                answer.confidence(),
                answer.sure(),
                answer.tokens(),
                answer.promptTokens(),
                answer.cachedTokens(),
                answer.reason().name().toLowerCase(Locale.ROOT),
                answer.encodeNanos() / NANOS_PER_MILLI,
                answer.firstTokenNanos() / NANOS_PER_MILLI,
                answer.totalNanos() / NANOS_PER_MILLI);
    }
}
