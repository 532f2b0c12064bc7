package dev.psyne.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A process that serves rounds: it says {@code up}; for each {@code round N} on its standard input it says {@code ready} and, when N
 * of what it does are done, {@code done FIGURE…}. It ends with its input. Used by one thread.
 */
public final class RoundProcess implements AutoCloseable {
    private static final int ANSWER_SECONDS = 60;
    private static final int STOP_SECONDS = 10;

    private final String name;
    private final Process process;
    private final BufferedReader answers;

    private RoundProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts it and waits until it is up. */
    public static RoundProcess start(String name, List<String> command) throws IOException, InterruptedException {
        RoundProcess child = new RoundProcess(
                name,
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
        try {
            child.expect("up");
            return child;
        } catch (IOException | InterruptedException failure) {
            child.close();
            throw failure;
        }
    }

    /** Begins a round; returns when the process is about to run it. */
    public void begin(long count) throws IOException, InterruptedException {
        process.getOutputStream().write(("round " + count + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        expect("ready");
    }

    /** Waits for the end of the round and returns its figures. */
    public double[] end() throws IOException, InterruptedException {
        return Stream.of(expect("done").split(" "))
                .skip(1)
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    /** Processor time it has used so far; zero where the system does not tell. */
    public long processorNanos() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    private String expect(String word) throws IOException, InterruptedException {
        CompletableFuture<String> line = CompletableFuture.supplyAsync(this::readLine);
        try {
            String answer = line.get(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (!answer.equals(word) && !answer.startsWith(word + " ")) {
                throw new IOException(name + " answered '" + answer + "' instead of '" + word + "'");
            }
            return answer;
        } catch (TimeoutException late) {
            process.destroyForcibly();
            throw new IOException(name + " did not say '" + word + "' within " + ANSWER_SECONDS + " s", late);
        } catch (ExecutionException failure) {
            throw new IOException(name + " could not be read", failure.getCause());
        }
    }

    private String readLine() {
        try {
            return Objects.requireNonNullElse(answers.readLine(), "nothing, it has ended");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Ends its input and waits for its end. */
    @Override
    public void close() throws IOException {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
