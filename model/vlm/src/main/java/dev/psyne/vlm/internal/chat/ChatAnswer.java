package dev.psyne.vlm.internal.chat;

import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.FinishReason;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.Token;
import dev.psyne.vlm.TokenChoice;
import dev.psyne.vlm.TokenSink;
import dev.psyne.vlm.internal.batch.ChosenToken;
import dev.psyne.vlm.internal.batch.Sequence;
import dev.psyne.vlm.internal.sampling.StopTexts;
import dev.psyne.vlm.internal.text.TextStream;
import dev.psyne.vlm.internal.text.Tokenizer;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One answer on its way from the batch to its sink: ids become text, stop texts end it. */
final class ChatAnswer {
    private final Tokenizer tokenizer;
    private final Set<Integer> endTokens;
    private final TextStream stream;
    private final StopTexts stops;
    private final TokenSink sink;
    private final StringBuilder text = new StringBuilder();
    private final long startNanos = System.nanoTime();
    private long firstTokenNanos;
    private int given;
    private int chosen;
    private double logProbability;

    ChatAnswer(Tokenizer tokenizer, Set<Integer> endTokens, Sampling sampling, TokenSink sink) {
        this.tokenizer = tokenizer;
        this.endTokens = endTokens;
        this.stream = tokenizer.stream(false);
        this.stops = new StopTexts(sampling.stop());
        this.sink = sink;
    }

    /** Reads a sequence to its end. */
    Answer run(Sequence sequence, int promptTokens, long encodeNanos, Cancellation cancellation)
            throws InterruptedException {
        FinishReason reason = null;
        while (reason == null) {
            ChosenToken token = sequence.next();
            if (cancellation.isCancelled()) {
                reason = FinishReason.CANCELLED;
            } else {
                reason = token == null ? finish(FinishReason.LENGTH) : take(token);
            }
        }
        return end(reason, promptTokens, sequence.cachedTokens(), encodeNanos);
    }

    /** What is told of an answer that was cancelled before its decoder began. */
    Answer cancelled(long encodeNanos) {
        return end(FinishReason.CANCELLED, 0, 0, encodeNanos);
    }

    private Answer end(FinishReason reason, int promptTokens, int cachedTokens, long encodeNanos) {
        long totalNanos = System.nanoTime() - startNanos;
        return new Answer(
                text.toString(),
                chosen == 0 ? 0 : Math.exp(logProbability / chosen),
                true,
                given,
                promptTokens,
                cachedTokens,
                reason,
                encodeNanos,
                given == 0 ? totalNanos : firstTokenNanos,
                totalNanos);
    }

    private @Nullable FinishReason take(ChosenToken token) {
        chosen++;
        logProbability += token.logProbability();
        if (endTokens.contains(token.id())) {
            return finish(FinishReason.END);
        }
        // A decoder has more rows than the tokenizer has tokens; what has no token has no text.
        String piece = token.id() < tokenizer.size() ? stream.next(token.id()) : "";
        boolean wanted = give(token, stops.accept(piece));
        if (stops.stopped()) {
            return FinishReason.STOP;
        }
        return wanted ? null : FinishReason.CANCELLED;
    }

    /** Gives away what was held back; the end may complete a stop text. */
    private FinishReason finish(FinishReason reason) {
        String rest = stops.accept(stream.end()) + stops.finish();
        if (!rest.isEmpty()) {
            text.append(rest);
            boolean _ = sink.accept(new Token(given, -1, rest, 1));
        }
        return stops.stopped() ? FinishReason.STOP : reason;
    }

    private boolean give(ChosenToken token, String piece) {
        if (given == 0) {
            firstTokenNanos = System.nanoTime() - startNanos;
        }
        text.append(piece);
        List<TokenChoice> likeliest = token.likeliest().stream()
                .map(choice -> new TokenChoice(choice.id(), spelling(choice.id()), choice.logProbability()))
                .toList();
        return sink.accept(new Token(given++, token.id(), piece, Math.exp(token.logProbability()), likeliest));
    }

    private String spelling(int id) {
        return id < tokenizer.size() ? tokenizer.decode(new int[] {id}, true) : "";
    }
}
