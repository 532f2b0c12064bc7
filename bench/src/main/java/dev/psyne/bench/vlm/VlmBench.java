package dev.psyne.bench.vlm;

import dev.psyne.bench.Row;
import dev.psyne.bench.Row.Better;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The area {@code vlm}: logits of small models beside llama.cpp's, a language model of SmolLM-135M's shape beside llama.cpp on the same file, and one of
 * SmolVLM-256M's shape against itself: with company, with a picture it knows, with a long prompt beside it; the larger variants
 * of the scene model. All weights are random. What is left out is said.
 */
public final class VlmBench {
    private static final String LOGITS = "logits ";
    private static final String SPEED = "135M ";
    private static final String PICTURES = "256M ";
    private static final String VARIANTS = "variant ";
    private static final String EMBEDDED = "model/vlm/weights/scenes-2";
    private static final int PREFILL = 256;
    private static final int DECODE = 96;
    private static final int ROUNDS = 3;

    private final Path home;
    private final @Nullable Path peers;
    private final Consumer<String> notes;

    /**
     * The bench.
     *
     * @param home the root of the repository
     * @param peers a folder with the peers' programs; without it they are left out
     * @param notes takes a line for what is left out and why
     */
    public VlmBench(Path home, @Nullable Path peers, Consumer<String> notes) {
        this.home = home;
        this.peers = peers;
        this.notes = notes;
    }

    /**
     * Measures.
     *
     * @param prefix how the names of the rows wanted begin; empty for all
     */
    public List<Row> run(String prefix) throws IOException, InterruptedException {
        Path scratch = Files.createTempDirectory("psyne-bench-");
        try {
            List<Row> rows = new ArrayList<>();
            if (isWanted(LOGITS, prefix)) {
                rows.addAll(peerRows(LOGITS, llama -> {
                    LlamaLogits logits = new LlamaLogits(llama.folder(), scratch);
                    return new LogitsRows(home, scratch, logits, notes).run(LOGITS, prefix);
                }));
            }
            if (isWanted(SPEED, prefix)) {
                rows.addAll(peerRows(SPEED, llama -> speeds(llama, scratch, prefix)));
            }
            if (isWanted(PICTURES, prefix)) {
                rows.addAll(new SmolVlmRows(home, scratch, transformers(scratch)).run(PICTURES));
            }
            if (isWanted(VARIANTS, prefix)) {
                rows.addAll(new VariantRows(home.resolve(EMBEDDED), scratch).run(VARIANTS, prefix));
            }
            return rows;
        } finally {
            delete(scratch);
        }
    }

    /** Rows that need llama.cpp. */
    @FunctionalInterface
    private interface BesideLlama {
        List<Row> rows(LlamaCpp llama) throws IOException, InterruptedException;
    }

    private List<Row> peerRows(String name, BesideLlama measured) throws IOException, InterruptedException {
        if (peers == null) {
            notes.accept("left out, " + name + "beside llama.cpp: name the folder of the peers with --peers");
            return List.of();
        }
        try {
            return measured.rows(LlamaCpp.open(peers));
        } catch (IOException missing) {
            notes.accept("left out, " + name + "beside llama.cpp: " + missing.getMessage());
            return List.of();
        }
    }

    private static List<Row> speeds(LlamaCpp llama, Path scratch, String prefix)
            throws IOException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        for (GgufType type : List.of(GgufType.Q8_0, GgufType.Q4_0)) {
            if (isWanted(SPEED + type, prefix)) {
                Path file = scratch.resolve(type + ".gguf");
                RandomGguf.write(file, type);
                rows.addAll(contest(llama, file, type));
            }
        }
        return rows;
    }

    private static List<Row> contest(LlamaCpp llama, Path file, GgufType type)
            throws IOException, InterruptedException {
        LlamaCpp.Speed best = new LlamaCpp.Speed(0, 0);
        LlamaCpp.Speed ours = new LlamaCpp.Speed(0, 0);
        for (int threads = 1; threads <= 2; threads++) {
            best = best.best(llama.measure(file, threads, PREFILL, DECODE));
            try (AskedModel model = AskedModel.load(file, threads)) {
                ours = ours.best(model.speed(PREFILL, DECODE, ROUNDS));
            }
        }
        String name = SPEED + type;
        return List.of(
                new Row(
                        name + " prefill " + PREFILL,
                        "tokens/s",
                        Better.HIGHER,
                        ours.prefill(),
                        LlamaCpp.NAME,
                        best.prefill(),
                        1.0),
                new Row(
                        name + " decode " + DECODE,
                        "tokens/s",
                        Better.HIGHER,
                        ours.decode(),
                        LlamaCpp.NAME,
                        best.decode(),
                        1.2));
    }

    private @Nullable Transformers transformers(Path scratch) throws InterruptedException {
        if (peers == null) {
            notes.accept("left out, " + PICTURES + "beside transformers: name the folder of the peers with --peers");
            return null;
        }
        try {
            return Transformers.open(peers, scratch, 2);
        } catch (IOException missing) {
            notes.accept("left out, " + PICTURES + "beside transformers: " + missing.getMessage());
            return null;
        }
    }

    private static boolean isWanted(String part, String prefix) {
        return part.startsWith(prefix) || prefix.startsWith(part);
    }

    private static void delete(Path directory) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(directory)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
