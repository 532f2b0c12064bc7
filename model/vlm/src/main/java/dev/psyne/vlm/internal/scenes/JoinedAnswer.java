package dev.psyne.vlm.internal.scenes;

import dev.psyne.vlm.Answer;
import dev.psyne.vlm.FinishReason;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.Token;
import dev.psyne.vlm.TokenSink;
import dev.psyne.vlm.internal.comparison.Outcome;
import dev.psyne.vlm.internal.sampling.StopTexts;

/**
 * An answer put together from several, given to the sink word by word as if each were a token: its id is that of the first
 * token the word is written with, its probability the confidence of the whole. One answer's; not shared.
 */
final class JoinedAnswer {
    private final WordTokenizer tokenizer;
    private final StopTexts stops;
    private final int maxTokens;
    private final TokenSink sink;
    private final long encodeNanos;
    private final long startNanos = System.nanoTime();
    private final StringBuilder text = new StringBuilder();
    private long firstTokenNanos;
    private int given;

    /**
     * An answer that begins now.
     *
     * @param encodeNanos what its pictures took
     */
    JoinedAnswer(WordTokenizer tokenizer, Sampling sampling, TokenSink sink, long encodeNanos) {
        this.tokenizer = tokenizer;
        this.stops = new StopTexts(sampling.stop());
        this.maxTokens = sampling.maxTokens();
        this.sink = sink;
        this.encodeNanos = encodeNanos;
    }

    /** Gives it away, as far as the sink and the sampling want it. */
    Answer give(Outcome outcome, int promptTokens) {
        FinishReason reason = outcome.sure() ? FinishReason.END : FinishReason.UNSURE;
        String[] words = outcome.text().split(" ");
        for (int i = 0; i < words.length; i++) {
            boolean wanted = give(words[i], stops.accept((i == 0 ? "" : " ") + words[i]), outcome.confidence());
            if (stops.stopped()) {
                return end(outcome.confidence(), outcome.sure(), FinishReason.STOP, promptTokens);
            }
            if (!wanted) {
                return end(outcome.confidence(), outcome.sure(), FinishReason.CANCELLED, promptTokens);
            }
            if (given == maxTokens && i + 1 < words.length) {
                reason = FinishReason.LENGTH;
                break;
            }
        }
        String rest = stops.finish();
        if (!rest.isEmpty()) {
            give(words[words.length - 1], rest, outcome.confidence());
        }
        return end(outcome.confidence(), outcome.sure(), reason, promptTokens);
    }

    /** Ends an answer that was cancelled before its first word. */
    Answer cancelled(int promptTokens) {
        return end(0, true, FinishReason.CANCELLED, promptTokens);
    }

    private boolean give(String word, String piece, double confidence) {
        if (given == 0) {
            firstTokenNanos = System.nanoTime() - startNanos;
        }
        text.append(piece);
        int[] ids = tokenizer.encode(word);
        return sink.accept(new Token(given++, ids.length == 0 ? WordTokenizer.SEPARATOR : ids[0], piece, confidence));
    }

    private Answer end(double confidence, boolean sure, FinishReason reason, int promptTokens) {
        long totalNanos = System.nanoTime() - startNanos;
        return new Answer(
                text.toString(),
                confidence,
                sure,
                given,
                promptTokens,
                0,
                reason,
                encodeNanos,
                given == 0 ? totalNanos : firstTokenNanos,
                totalNanos);
    }
}
