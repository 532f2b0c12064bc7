package dev.psyne.bench.vlm;

import dev.psyne.bench.Row;
import dev.psyne.bench.Row.Better;
import dev.psyne.fiber.Scheduler;
import dev.psyne.vlm.internal.chat.PromptLogits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * How far the logarithms of our probabilities are from those of llama.cpp on the same files, at most, beside how far those of
 * llama.cpp are from each other. Its reference computes attention as it is written, with keys and values in single precision.
 *
 * <p>Where we round as it does, or less (floats; groups of 32), the tolerance is what its builds for other sets of
 * instructions and its products of single rows differ. It rounds what Q4_K and Q6_K are multiplied with to eight bits, in
 * every build alike, and we do not: there it is what its keys and values in half precision differ.
 */
final class LogitsRows {
    private static final String TOKENIZERS = "model/vlm/src/test/resources/dev/psyne/vlm/checkpoints/";
    private static final int[] PROMPT_LENGTHS = {1, 7, 64};
    private static final int POSITIONS = 64;
    private static final int ALL = 512;
    private static final double GOAL = 3;
    private static final double MILLIONTHS = 1e6;
    private static final String REFERENCE = "reference";
    private static final LlamaLogits.Setting ONE_BY_ONE = new LlamaLogits.Setting("one-by-one", false, "F32", 1, 1);
    private static final List<LlamaLogits.Setting> HALVES = List.of(
            new LlamaLogits.Setting("F16-cache", false, "F16", 1, ALL),
            new LlamaLogits.Setting("F16-flash", true, "F16", 1, ALL));

    /** Builds besides the one it takes by itself: SSE2 alone; AVX with F16C, without FMA. */
    private static final List<String> BUILDS = List.of("x64", "ivybridge");

    private final Path home;
    private final Path scratch;
    private final LlamaLogits llama;
    private final Consumer<String> notes;

    LogitsRows(Path home, Path scratch, LlamaLogits llama, Consumer<String> notes) {
        this.home = home;
        this.scratch = scratch;
        this.llama = llama;
        this.notes = notes;
    }

    /**
     * What is compared.
     *
     * @param variant adds to the file what makes the model differ
     */
    private record Compared(String name, String architecture, GgufType type, Consumer<GgufOutput> variant) {}

    private static List<Compared> models() {
        List<Compared> models = new ArrayList<>();
        for (String architecture : List.of("llama", "qwen2")) {
            for (GgufType type : GgufType.values()) {
                models.add(new Compared(architecture + " " + type, architecture, type, output -> {}));
            }
        }
        models.add(new Compared("llama F32, linear", "llama", GgufType.F32, output -> {
            output.text("llama.rope.scaling.type", "linear");
            output.number("llama.rope.scaling.factor", 2.5);
        }));
        models.add(new Compared(
                "llama F32, rope_freqs",
                "llama",
                GgufType.F32,
                output -> output.vector("rope_freqs.weight", LogitsGguf.HEAD_WIDTH / 2, LogitsRows::divisors)));
        models.add(new Compared("qwen2 F32, yarn", "qwen2", GgufType.F32, output -> {
            output.text("qwen2.rope.scaling.type", "yarn");
            output.number("qwen2.rope.scaling.factor", 4);
            output.integer("qwen2.rope.scaling.original_context_length", 128);
        }));
        return models;
    }

    /** As those of Llama 3.1: 1 for the short waves, 8 for the long ones. */
    private static void divisors(ByteBuffer data) {
        for (int i = 0; i < LogitsGguf.HEAD_WIDTH / 2; i++) {
            data.putFloat(Math.clamp(i - 4, 1, 8));
        }
    }

    /** A row for each model whose name begins as wanted. */
    List<Row> run(String name, String prefix) throws IOException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        for (Compared model : models()) {
            String each = name + model.name();
            if (each.startsWith(prefix)) {
                rows.add(row(each, model));
            }
        }
        return rows;
    }

    private Row row(String name, Compared model) throws IOException, InterruptedException {
        GgufType type = model.type();
        Path file = scratch.resolve(name.replaceAll("\\W+", "-") + ".gguf");
        Path tokenizer = home.resolve(TOKENIZERS)
                .resolve(model.architecture().equals("llama") ? "smolvlm1" : "fastvlm")
                .resolve("tokenizer.json");
        int vocabulary = LogitsGguf.write(file, model.architecture(), type, tokenizer, model.variant());
        List<int[]> prompts = prompts(vocabulary);
        Map<String, float[]> peers = peers(file, prompts);
        float[] reference = Objects.requireNonNull(peers.remove(REFERENCE));
        boolean isRoundedAlike = type != GgufType.Q4_K && type != GgufType.Q6_K;
        StringBuilder seen = new StringBuilder();
        double tolerance = 0;
        for (Map.Entry<String, float[]> run : peers.entrySet()) {
            double difference = difference(reference, run.getValue(), vocabulary);
            seen.append(" %s %.2g".formatted(run.getKey(), difference));
            boolean isHalves = HALVES.stream().anyMatch(half -> half.name().equals(run.getKey()));
            tolerance = isHalves == isRoundedAlike ? tolerance : Math.max(tolerance, difference);
        }
        double ours = 0;
        try (Scheduler scheduler = Scheduler.create(2);
                PromptLogits logits = PromptLogits.open(file, scheduler, POSITIONS)) {
            for (int rows : new int[] {ALL, 1}) {
                ours = Math.max(ours, difference(reference, ours(logits, prompts, rows), vocabulary));
            }
        }
        notes.accept("%s: from llama.cpp's reference%s, ours %.2g".formatted(name, seen, ours));
        String peer = isRoundedAlike ? "llama.cpp's builds" : "llama.cpp's caches";
        return new Row(name, "µnat", Better.LOWER, ours * MILLIONTHS, peer, tolerance * MILLIONTHS, GOAL);
    }

    private Map<String, float[]> peers(Path file, List<int[]> prompts) throws IOException, InterruptedException {
        List<LlamaLogits.Setting> settings = new ArrayList<>(HALVES);
        settings.add(new LlamaLogits.Setting(REFERENCE, false, "F32", 1, ALL));
        settings.add(ONE_BY_ONE);
        Map<String, float[]> all = llama.run(file, LlamaLogits.OWN_CHOICE, prompts, settings);
        for (String build : BUILDS) {
            List<LlamaLogits.Setting> both = List.of(
                    new LlamaLogits.Setting(build, false, "F32", 1, ALL),
                    new LlamaLogits.Setting(build + "-one-by-one", false, "F32", 1, 1));
            all.putAll(llama.run(file, build, prompts, both));
        }
        return all;
    }

    private static List<int[]> prompts(int vocabulary) {
        SplittableRandom random = new SplittableRandom(5);
        return IntStream.of(PROMPT_LENGTHS)
                .mapToObj(length -> random.ints(length, 0, vocabulary).toArray())
                .toList();
    }

    private static float[] ours(PromptLogits logits, List<int[]> prompts, int rows) {
        int tokens = prompts.stream().mapToInt(prompt -> prompt.length).sum();
        float[] all = new float[tokens * logits.vocabulary()];
        int to = 0;
        for (int[] prompt : prompts) {
            float[] each = logits.after(prompt, rows);
            System.arraycopy(each, 0, all, to, each.length);
            to += each.length;
        }
        return all;
    }

    /** The largest difference of the logarithm of a probability. */
    private static double difference(float[] one, float[] other, int vocabulary) {
        if (one.length != other.length) {
            throw new IllegalArgumentException(one.length + " logits beside " + other.length);
        }
        double largest = 0;
        for (int row = 0; row < one.length; row += vocabulary) {
            double shift = logSum(one, row, vocabulary) - logSum(other, row, vocabulary);
            for (int i = row; i < row + vocabulary; i++) {
                double difference = Math.abs((double) one[i] - other[i] - shift);
                // What is no number is never within a tolerance.
                largest = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(largest, difference);
            }
        }
        return largest;
    }

    private static double logSum(float[] logits, int first, int count) {
        double most = Double.NEGATIVE_INFINITY;
        for (int i = first; i < first + count; i++) {
            most = Math.max(most, logits[i]);
        }
        double sum = 0;
        for (int i = first; i < first + count; i++) {
            sum += Math.exp(logits[i] - most);
        }
        return most + Math.log(sum);
    }
}
