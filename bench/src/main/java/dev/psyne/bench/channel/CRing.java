package dev.psyne.bench.channel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The peer written in C, {@code ring.c}, compiled on this machine for this machine. */
final class CRing {
    private static final String SOURCE = "ring.c";

    private CRing() {}

    /**
     * Compiles it into the folder and returns the program.
     *
     * @throws IOException if gcc is not there or refuses it; the message says which
     */
    static Path compile(Path folder) throws IOException, InterruptedException {
        Path source = folder.resolve(SOURCE);
        try (InputStream text = Objects.requireNonNull(CRing.class.getResourceAsStream(SOURCE), SOURCE)) {
            Files.copy(text, source);
        }
        Path program = folder.resolve("ring");
        Process gcc;
        try {
            gcc = new ProcessBuilder(
                            "gcc", "-O3", "-march=native", "-std=gnu11", "-o", program.toString(), source.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException missing) {
            throw new IOException("gcc was not found", missing);
        }
        String messages = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (gcc.waitFor() != 0) {
            throw new IOException("gcc could not compile " + SOURCE + ": " + messages);
        }
        return program;
    }
}
