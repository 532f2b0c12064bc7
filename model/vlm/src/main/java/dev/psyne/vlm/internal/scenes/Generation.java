package dev.psyne.vlm.internal.scenes;

import dev.psyne.vlm.Answer;
import dev.psyne.vlm.FinishReason;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.Token;
import dev.psyne.vlm.TokenSink;
import dev.psyne.vlm.internal.sampling.Sampler;
import dev.psyne.vlm.internal.sampling.StopTexts;
import org.jspecify.annotations.Nullable;

/**
 * One answer on its way: chooses tokens, gives them to the sink while the confidence holds, and says how it ended.
 *
 * <p>The confidence is the geometric mean of the calibrated probabilities of the tokens chosen, the end included; the
 * threshold was set for whole answers. So a token is given away only if the answer would reach the threshold by ending
 * after it with certainty; otherwise the answer ends with the sentence instead.
 */
final class Generation {
    private final Decoder decoder;
    private final Decoder.Workspace work;
    private final SceneFeatures scene;
    private final int[] prompt;
    private final SceneConfiguration configuration;
    private final Sampling sampling;
    private final Sampler sampler;
    private final AnswerText words;
    private final StopTexts stops;
    private final TokenSink sink;
    private final StringBuilder text = new StringBuilder();
    private final long startNanos;
    private long firstTokenNanos;
    private int given;
    private int chosen;
    private double logProbability;

    Generation(
            Decoder decoder,
            Decoder.Workspace work,
            Asked asked,
            SceneConfiguration configuration,
            WordTokenizer tokenizer,
            Sampling sampling,
            TokenSink sink) {
        this.decoder = decoder;
        this.work = work;
        this.scene = asked.features();
        this.prompt = asked.prompt();
        this.configuration = configuration;
        this.sampling = sampling;
        this.sampler = new Sampler(sampling);
        this.words = new AnswerText(tokenizer, asked.spoken());
        this.stops = new StopTexts(sampling.stop());
        this.sink = sink;
        this.startNanos = System.nanoTime();
    }

    /** Answers the question. */
    Answer run(long encodeNanos) {
        decoder.extend(prompt, prompt.length, scene, work);
        int most = Math.min(sampling.maxTokens(), configuration.answerTokens());
        int[] next = new int[1];
        FinishReason reason = null;
        while (reason == null) {
            next[0] = sampler.choose(work.logits());
            reason = take(next[0]);
            if (reason == null && chosen == most) {
                reason = finish(next[0], FinishReason.LENGTH);
            }
            if (reason == null) {
                decoder.extend(next, 1, scene, work);
            }
        }
        long totalNanos = System.nanoTime() - startNanos;
        return new Answer(
                text.toString(),
                confidence(),
                reason != FinishReason.UNSURE,
                given,
                prompt.length,
                0,
                reason,
                encodeNanos,
                given == 0 ? totalNanos : firstTokenNanos,
                totalNanos);
    }

    private @Nullable FinishReason take(int id) {
        SceneConfiguration.AnswerRule rule = configuration.answer();
        double probability = Sampler.probability(work.logits(), id, rule.temperature());
        logProbability += Math.log(probability);
        chosen++;
        boolean saysSo = chosen == 1 && id == rule.unsure();
        boolean ends = id == WordTokenizer.END;
        if (saysSo || !(mean(ends ? chosen : chosen + 1) >= rule.threshold())) {
            give(rule.unsure(), (text.isEmpty() ? "" : ". ") + rule.sentence(), confidence());
            return FinishReason.UNSURE;
        }
        if (ends) {
            return finish(id, FinishReason.END);
        }
        boolean wanted = give(id, stops.accept(words.add(id)), probability);
        if (stops.stopped()) {
            return FinishReason.STOP;
        }
        return wanted ? null : FinishReason.CANCELLED;
    }

    /** Gives away what was held back; the end may complete a stop text. */
    private FinishReason finish(int id, FinishReason reason) {
        String rest = stops.accept(words.finish()) + stops.finish();
        if (!rest.isEmpty()) {
            give(id, rest, confidence());
        }
        return stops.stopped() ? FinishReason.STOP : reason;
    }

    private boolean give(int id, String piece, double probability) {
        if (given == 0) {
            firstTokenNanos = System.nanoTime() - startNanos;
        }
        text.append(piece);
        return sink.accept(new Token(given++, id, piece, probability));
    }

    private double confidence() {
        return mean(chosen);
    }

    private double mean(int tokens) {
        return Math.exp(logProbability / tokens);
    }
}
