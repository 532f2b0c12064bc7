package dev.psyne.bench.vlm;

import dev.psyne.fiber.Scheduler;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelOptions;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.WeightPrecision;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/** A model with workers of its own, asked by a program. Times are those its caller sees. */
final class AskedModel implements AutoCloseable {
    private static final int CONTEXT = 6144;
    private static final long MEMORY = 1L << 30;
    private static final double NANOS = 1e9;

    private final Scheduler scheduler;
    private final Model model;
    private final SplittableRandom random = new SplittableRandom(3);

    private AskedModel(Scheduler scheduler, Model model) {
        this.scheduler = scheduler;
        this.model = model;
    }

    static AskedModel load(Path path, int workers) {
        return load(path, workers, WeightPrecision.AS_STORED);
    }

    static AskedModel load(Path path, int workers, WeightPrecision precision) {
        Scheduler scheduler = Scheduler.create(workers);
        try {
            ModelOptions options = ModelOptions.standard()
                    .withContextTokens(CONTEXT)
                    .withMemoryBudgetBytes(MEMORY)
                    .withPrecision(precision);
            return new AskedModel(scheduler, Model.load(path, scheduler, options));
        } catch (RuntimeException failure) {
            scheduler.close();
            throw failure;
        }
    }

    /** A text of so many tokens, as good as never the same: one of the bytes and pairs the tokenizers know. */
    String text(int tokens) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < tokens; i++) {
            text.append((char) ('0' + random.nextInt(10)));
        }
        return text.toString();
    }

    Answer ask(Conversation conversation, int tokens) throws InterruptedException {
        return model.answer(conversation, Sampling.greedy().withMaxTokens(tokens), token -> true);
    }

    Model model() {
        return model;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /** Tokens a second of a prompt and of an answer, the median of some rounds after one to warm up. */
    LlamaCpp.Speed speed(int prefill, int decode, int rounds) throws InterruptedException {
        double[] prefills = new double[rounds];
        double[] decodes = new double[rounds];
        for (int round = -2; round < rounds; round++) {
            Answer answer = ask(Conversation.of(text(prefill)), decode + 1);
            if (round >= 0) {
                prefills[round] = answer.promptTokens() / (answer.firstTokenNanos() / NANOS);
                decodes[round] = (answer.tokens() - 1) / ((answer.totalNanos() - answer.firstTokenNanos()) / NANOS);
            }
        }
        return new LlamaCpp.Speed(median(prefills), median(decodes));
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    @Override
    public void close() {
        model.close();
        scheduler.close();
    }
}
