package dev.psyne.bench.vlm;

import dev.psyne.bench.PeerProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hugging Face's transformers on PyTorch, on the processor: a model of the same shape with random weights, by the programs in
 * the peers' folder {@code transformers}. The Python is the one that {@code PSYNE_PYTHON} names, else {@code python3}.
 */
final class Transformers {
    static final String NAME = "transformers";

    private static final double MILLIS = 1e3;

    private final Path folder;
    private final String python;
    private final Path model;
    private final int threads;
    private final String type;

    private Transformers(Path folder, String python, Path model, int threads, String type) {
        this.folder = folder;
        this.python = python;
        this.model = model;
        this.threads = threads;
        this.type = type;
    }

    /**
     * Writes the model and finds out which type of numbers is faster here.
     *
     * @throws IOException if it is not there; the message says what would bring it
     */
    static Transformers open(Path peers, Path scratch, int threads) throws IOException, InterruptedException {
        Path folder = peers.resolve("transformers").toAbsolutePath();
        if (!Files.isDirectory(folder)) {
            throw new IOException("no folder " + folder);
        }
        String python = PeerProgram.python();
        try {
            String _ = PeerProgram.run(NAME, folder, List.of(python, "-c", "import torch, transformers"));
        } catch (IOException missing) {
            throw new IOException("no PyTorch with transformers: name a Python that has them in PSYNE_PYTHON", missing);
        }
        Path model = scratch.resolve("transformers");
        String _ = PeerProgram.run(NAME, folder, List.of(python, "make_random_model.py", model.toString()));
        double wide = new Transformers(folder, python, model, threads, "float32").firstToken(1, 1, 1);
        double narrow = new Transformers(folder, python, model, threads, "bfloat16").firstToken(1, 1, 1);
        return new Transformers(folder, python, model, threads, wide < narrow ? "float32" : "bfloat16");
    }

    /** Its name, and the type it computes with. */
    String name() {
        return NAME + ", " + type;
    }

    /** Milliseconds to encode so many tiles and take so many tokens of a prompt. */
    double firstToken(int tiles, int promptTokens, int rounds) throws IOException, InterruptedException {
        String text = PeerProgram.run(
                NAME,
                folder,
                List.of(
                        python,
                        "bench_hf.py",
                        model.resolve("hf").toString(),
                        "--threads",
                        Integer.toString(threads),
                        "--dtype",
                        type,
                        "--rounds",
                        Integer.toString(rounds),
                        "--prefill",
                        Integer.toString(promptTokens),
                        "--what",
                        "encode" + tiles + ",prefill"));
        return MILLIS * (figure(text, "encode\\d_s") + promptTokens / figure(text, "prefill\\d+_tok_s"));
    }

    private static double figure(String text, String name) throws IOException {
        Matcher figure = Pattern.compile("\"" + name + "\": ([0-9.]+)").matcher(text);
        if (!figure.find()) {
            throw new IOException(NAME + " gave no figure " + name + ": " + text);
        }
        return Double.parseDouble(figure.group(1));
    }
}
