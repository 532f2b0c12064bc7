package dev.psyne.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A program of somebody else's, run beside ours. */
public final class PeerProgram {
    private static final int MOST_SECONDS = 180;

    private PeerProgram() {}

    /** The Python that {@code PSYNE_PYTHON} names, else {@code python3}. */
    public static String python() {
        return Objects.requireNonNullElse(System.getenv("PSYNE_PYTHON"), "python3");
    }

    /**
     * Runs it in a folder to its good end; what it printed.
     *
     * @throws IOException if it cannot be started, fails or takes minutes; the message says whose it is and what it printed
     */
    public static String run(String name, Path folder, List<String> command) throws IOException, InterruptedException {
        Path printed = Files.createTempFile("psyne-bench-", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(printed.toFile())
                    .start();
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(name + " did not end within " + MOST_SECONDS + " s");
            }
            String text = Files.readString(printed, StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new IOException(name + " ended with " + process.exitValue() + ": " + text);
            }
            return text;
        } finally {
            Files.delete(printed);
        }
    }
}
