package dev.psyne.bench.vlm;

import dev.psyne.bench.PeerProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * llama.cpp, as node-llama-cpp brings it, by the program {@code llama/bench.mjs} of a folder of peers. The package is looked
 * for in the folder that {@code LLAMA_DIR} names, or {@code llama-peer} in the folder for temporary files, where the
 * peer's {@code bench.sh} installs it.
 */
final class LlamaCpp {
    static final String NAME = "llama.cpp";

    private static final Pattern FIGURES =
            Pattern.compile("prefill\\(\\d+\\)=([0-9.]+) tok/s decode\\(\\d+\\)=([0-9.]+) tok/s");

    private final Path folder;

    /** Tokens a second. */
    record Speed(double prefill, double decode) {
        /** The better of each. */
        Speed best(Speed other) {
            return new Speed(Math.max(prefill, other.prefill), Math.max(decode, other.decode));
        }
    }

    private LlamaCpp(Path folder) {
        this.folder = folder;
    }

    /**
     * Finds it.
     *
     * @throws IOException if it is not there; the message says what would bring it
     */
    static LlamaCpp open(Path peers) throws IOException {
        String given = System.getenv("LLAMA_DIR");
        Path folder = given != null ? Path.of(given) : Path.of(System.getProperty("java.io.tmpdir"), "llama-peer");
        if (!Files.isDirectory(folder.resolve("node_modules/node-llama-cpp"))) {
            throw new IOException("node-llama-cpp is not in " + folder + "; install it there by "
                    + peers.resolve("llama/bench.sh") + ", or name its folder in LLAMA_DIR");
        }
        Files.copy(peers.resolve("llama/bench.mjs"), folder.resolve("bench.mjs"), StandardCopyOption.REPLACE_EXISTING);
        return new LlamaCpp(folder);
    }

    /** The folder that has the package. */
    Path folder() {
        return folder;
    }

    /** How fast it is on a file with so many threads. */
    Speed measure(Path model, int threads, int prefill, int decode) throws IOException, InterruptedException {
        String text = PeerProgram.run(
                NAME,
                folder,
                List.of(
                        "node",
                        "bench.mjs",
                        model.toString(),
                        Integer.toString(threads),
                        Integer.toString(prefill),
                        Integer.toString(decode),
                        "3"));
        Matcher figures = FIGURES.matcher(text);
        if (!figures.find()) {
            throw new IOException(NAME + " gave no figures: " + text);
        }
        return new Speed(Double.parseDouble(figures.group(1)), Double.parseDouble(figures.group(2)));
    }
}
