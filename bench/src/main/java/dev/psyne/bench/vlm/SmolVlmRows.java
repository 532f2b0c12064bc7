package dev.psyne.bench.vlm;

import dev.psyne.bench.Row;
import dev.psyne.bench.Row.Better;
import dev.psyne.fiber.Counter;
import dev.psyne.image.Picture;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.WeightPrecision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A model of SmolVLM-256M's shape beside transformers, and against itself. */
final class SmolVlmRows {
    private static final String TOKENIZER = "model/vlm/src/test/resources/dev/psyne/vlm/checkpoints/smolvlm1";
    private static final int IMAGE_TOKEN = 1311;
    private static final int TILE = 512;
    private static final int ROUNDS = 3;

    /** At most so much of the peer's time: half with INT8, no more with what is stored. */
    private static final double INT8_GOAL = 0.5;

    private static final double STORED_GOAL = 1;
    private static final int CLIENTS = 8;
    private static final int TOKENS = 64;
    private static final int LONG_PROMPT = 4000;
    private static final double NANOS = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Path home;
    private final Path scratch;
    private final @Nullable Transformers peer;
    private final Random random = new Random(1);

    /**
     * The rows.
     *
     * @param peer without whom the rows beside it say what ours takes alone
     */
    SmolVlmRows(Path home, Path scratch, @Nullable Transformers peer) {
        this.home = home;
        this.scratch = scratch;
        this.peer = peer;
    }

    List<Row> run(String name) throws IOException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        Path one = scratch.resolve("one");
        RandomSmolVlm.write(one, home.resolve(TOKENIZER), IMAGE_TOKEN, TILE);
        try (AskedModel model = AskedModel.load(one, 2, WeightPrecision.AS_STORED)) {
            rows.add(firstToken(name + "BF16, 1 tile to first token", model, 1, STORED_GOAL));
        }
        try (AskedModel model = AskedModel.load(one, 2, WeightPrecision.INT8)) {
            rows.add(firstToken(name + "INT8, 1 tile to first token", model, 1, INT8_GOAL));
            rows.add(secondQuestion(name, model));
            rows.add(company(name, model));
            rows.add(longPrompt(name, model));
        }
        Path five = scratch.resolve("five");
        RandomSmolVlm.write(five, home.resolve(TOKENIZER), IMAGE_TOKEN, 2 * TILE);
        try (AskedModel model = AskedModel.load(five, 2, WeightPrecision.INT8)) {
            rows.add(firstToken(name + "INT8, 5 tiles to first token", model, 5, INT8_GOAL));
        }
        return rows;
    }

    private Picture picture() {
        byte[] rgb = new byte[Picture.CHANNELS * TILE * TILE];
        random.nextBytes(rgb);
        return Picture.of(TILE, TILE, rgb);
    }

    private static double milliseconds(Answer answer) {
        return (answer.encodeNanos() + answer.firstTokenNanos()) / NANOS_PER_MILLI;
    }

    private Row firstToken(String name, AskedModel model, int tiles, double goal)
            throws IOException, InterruptedException {
        double[] times = new double[ROUNDS];
        int promptTokens = 0;
        for (int round = -1; round < times.length; round++) {
            Answer answer = model.ask(Conversation.about(picture(), model.text(8)), 1);
            promptTokens = answer.promptTokens();
            if (round >= 0) {
                times[round] = milliseconds(answer);
            }
        }
        double ours = AskedModel.median(times);
        if (peer == null) {
            return new Row(name, "ms", Better.LOWER, ours, "no peer here", ours, Row.NO_GOAL);
        }
        double theirs = peer.firstToken(tiles, promptTokens, ROUNDS);
        return new Row(name, "ms", Better.LOWER, ours, peer.name(), theirs, goal);
    }

    private Row secondQuestion(String name, AskedModel model) throws InterruptedException {
        double[] first = new double[3];
        double[] second = new double[3];
        for (int round = 0; round < first.length; round++) {
            Picture picture = picture();
            first[round] = milliseconds(model.ask(Conversation.about(picture, model.text(8)), 1));
            second[round] = milliseconds(model.ask(Conversation.about(picture, model.text(8)), 1));
        }
        return new Row(
                name + "second question on a picture, to first token",
                "ms",
                Better.LOWER,
                AskedModel.median(second),
                "the first",
                AskedModel.median(first),
                0.2);
    }

    private Row company(String name, AskedModel model) throws InterruptedException {
        double[] alone = new double[3];
        double[] together = new double[3];
        for (int round = 0; round < alone.length; round++) {
            alone[round] = rate(model, 1);
            together[round] = rate(model, CLIENTS);
        }
        return new Row(
                name + CLIENTS + " clients at once, in all",
                "tokens/s",
                Better.HIGHER,
                AskedModel.median(together),
                "one client",
                AskedModel.median(alone),
                3);
    }

    private static double rate(AskedModel model, int clients) throws InterruptedException {
        Counter counter = Counter.create();
        long begin = System.nanoTime();
        for (int client = 0; client < clients; client++) {
            Conversation conversation = Conversation.of(model.text(16));
            model.scheduler().spawn(counter, () -> {
                try {
                    Answer _ = model.ask(conversation, TOKENS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        counter.await();
        return clients * TOKENS / ((System.nanoTime() - begin) / NANOS);
    }

    /** Seven answer; their gaps between tokens without and with a long prompt that arrives meanwhile. */
    private static Row longPrompt(String name, AskedModel model) throws InterruptedException {
        double without = gaps(model, false);
        double with = gaps(model, true);
        return new Row(
                name + "gap between tokens, p99, " + LONG_PROMPT + " tokens arriving",
                "ms",
                Better.LOWER,
                with,
                "without",
                without,
                3);
    }

    private static double gaps(AskedModel model, boolean isDisturbed) throws InterruptedException {
        ConcurrentLinkedQueue<Long> gaps = new ConcurrentLinkedQueue<>();
        Counter counter = Counter.create();
        Counter prompt = Counter.create();
        for (int client = 0; client < CLIENTS - 1; client++) {
            Conversation conversation = Conversation.of(model.text(16));
            model.scheduler().spawn(counter, () -> answer(model, conversation, gaps));
        }
        if (isDisturbed) {
            Conversation conversation = Conversation.of(model.text(LONG_PROMPT));
            model.scheduler().spawn(prompt, () -> answer(model, conversation, new ConcurrentLinkedQueue<>()));
        }
        counter.await();
        prompt.await();
        long[] sorted = gaps.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[sorted.length * 99 / 100] / NANOS_PER_MILLI;
    }

    private static void answer(AskedModel model, Conversation conversation, ConcurrentLinkedQueue<Long> gaps) {
        long[] last = {0};
        try {
            Answer _ = model.model().answer(conversation, Sampling.greedy().withMaxTokens(3 * TOKENS), token -> {
                long now = System.nanoTime();
                if (last[0] != 0) {
                    gaps.add(now - last[0]);
                }
                last[0] = now;
                return true;
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
