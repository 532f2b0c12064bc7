package dev.psyne.node;

import dev.psyne.channel.ChannelDirectory;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code psyne trace}: what the workers of a running node did, as a Perfetto trace. */
@Command(
        name = "trace",
        description = "Records what a running node's workers do, for https://ui.perfetto.dev.",
        sortOptions = false)
final class TraceCommand implements Callable<Integer> {
    private static final long MICROS_PER_SECOND = 1_000_000;

    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "The trace to write.")
    private Path file = Path.of("");

    @Option(
            names = "--seconds",
            defaultValue = "5",
            description = "How long to record, at most " + ProcessRecording.MAX_SECONDS
                    + "; an interrupt ends it earlier (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--pid", description = "The process to record, if several nodes run or it is none.")
    private @Nullable Long process;

    @Option(
            names = "--shortest",
            defaultValue = "0",
            paramLabel = "MICROSECONDS",
            description = "Leave out jobs, mounts and parks shorter than this (${DEFAULT-VALUE}).")
    private long shortestMicros;

    @Option(
            names = "--from",
            paramLabel = "RECORDING",
            description = "Turn this flight recording into a trace instead.")
    private @Nullable Path from;

    @Option(names = "--directory", paramLabel = "DIR", description = "Where the nodes' meters are.")
    private @Nullable Path directory;

    TraceCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!(seconds > 0 && seconds <= ProcessRecording.MAX_SECONDS)) {
            throw new IllegalArgumentException(
                    "--seconds is " + seconds + "; it must be more than 0 and at most " + ProcessRecording.MAX_SECONDS);
        }
        if (shortestMicros < 0) {
            throw new IllegalArgumentException("--shortest is " + shortestMicros + "; it must be 0 or more");
        }
        Path written = besideFile();
        try {
            if (from != null) {
                convert(from, written);
            } else {
                record(process == null ? onlyNode() : process, written);
            }
        } finally {
            Files.deleteIfExists(written);
        }
        return ExitCode.DONE;
    }

    private void record(long target, Path written) throws IOException, InterruptedException {
        CountDownLatch enough = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Thread atInterrupt = Thread.ofPlatform().unstarted(() -> {
            enough.countDown();
            awaitQuietly(done);
        });
        Runtime.getRuntime().addShutdownHook(atInterrupt);
        try (ProcessRecording recording = ProcessRecording.start(target, shortestMicros)) {
            terminal.progress("psyne: recording process " + target + "; Ctrl-C ends it and writes the trace.");
            if (enough.await((long) (seconds * MICROS_PER_SECOND), TimeUnit.MICROSECONDS)) {
                terminal.progress("psyne: interrupted; writing the trace.");
            }
            convert(recording.stop(), written);
        } finally {
            done.countDown();
        }
    }

    private void convert(Path recording, Path written) throws IOException {
        RecordingTrace.Written result;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(written))) {
            result = RecordingTrace.write(recording, out);
        }
        if (result.events() == 0) {
            throw new IllegalStateException(
                    "there is nothing of jobs or workers in the recording: it was made without the events dev.psyne.*,"
                            + " or nothing ran meanwhile.");
        }
        if (result.leftOut() > 0) {
            terminal.error(result.leftOut() + " jobs are left out: more waited at once than a trace shows.");
        }
        Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
        terminal.out().println(file + ": " + result.events() + " events, for https://ui.perfetto.dev");
    }

    /** The file that is written and then takes the place of the one that was asked for. */
    private Path besideFile() {
        Path absolute = file.toAbsolutePath();
        try {
            if (Files.isDirectory(absolute)) {
                throw new IllegalArgumentException(file + " cannot be written: it is a directory.");
            }
            return Files.createTempFile(
                    absolute.getParent(), absolute.getFileName().toString(), ".part");
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be written: " + e, e);
        }
    }

    private long onlyNode() throws IOException {
        ChannelDirectory channels = directory == null ? ChannelDirectory.standard() : ChannelDirectory.at(directory);
        return only(NodeMeters.all(channels.path()).stream()
                .filter(NodeMeters.Seen::isAlive)
                .map(NodeMeters.Seen::process)
                .distinct()
                .toList());
    }

    static long only(List<Long> running) {
        return switch (running.size()) {
            case 0 -> throw new IllegalStateException("no node is running; start one with 'psyne serve'.");
            case 1 -> running.getFirst();
            default ->
                throw new IllegalArgumentException("several nodes are running; name one with --pid: "
                        + running.stream().map(String::valueOf).collect(Collectors.joining(", ")));
        };
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
