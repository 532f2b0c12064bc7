package dev.psyne.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A node of its own process, started by the launcher as a user would; stopped when closed. */
public final class ServedNode implements AutoCloseable {
    private static final int STOP_SECONDS = 10;

    private final Process process;
    private final URI uri;
    private final double startSeconds;

    private ServedNode(Process process, URI uri, double startSeconds) {
        this.process = process;
        this.uri = uri;
        this.startSeconds = startSeconds;
    }

    /** Starts {@code psyne serve} on a free port, with further options. */
    public static ServedNode start(Path home, String... options) throws IOException {
        long begin = System.nanoTime();
        List<String> command = new ArrayList<>(List.of(home.resolve("psyne").toString(), "serve", "--port", "0"));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String first = output.readLine();
        if (first == null) {
            throw new IOException("the node ended before it printed its URL");
        }
        return new ServedNode(process, URI.create(first), (System.nanoTime() - begin) / 1e9);
    }

    /** Where it listens, as it printed it. */
    public URI uri() {
        return uri;
    }

    /** The node's process. */
    public long pid() {
        return process.pid();
    }

    /** Seconds from the command to the printed URL. */
    double startSeconds() {
        return startSeconds;
    }

    /** Most resident memory the process has had, in megabytes. */
    double peakResidentMegabytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
            }
        }
        throw new IOException("the kernel tells no peak memory of process " + process.pid());
    }

    /** Resident memory now, less the mapped files of weights, in megabytes. */
    double residentMegabytes() throws IOException {
        return new ResidentMemory(Files.readAllLines(Path.of("/proc/" + process.pid() + "/smaps"))).megabytes();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
