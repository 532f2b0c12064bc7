package dev.psyne.channel.internal.ipc;

import dev.psyne.channel.Channels;
import dev.psyne.channel.internal.ring.StoreHook;
import dev.psyne.memory.Region;
import dev.psyne.platform.Futex;
import dev.psyne.telemetry.Meters;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Java process of its own that runs one of the mains of these tests, quick to start. */
final class ChildProcess implements AutoCloseable {
    private final Process process;
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);

    /**
     * Starts a main class.
     *
     * @param haltAtStore the store before which it is to halt, or -1
     */
    ChildProcess(Class<?> main, int haltAtStore, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-D" + StoreHook.PROPERTY + "=" + haltAtStore,
                "-cp",
                classPath(main),
                main.getName()));
        command.addAll(Arrays.asList(arguments));
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        BufferedReader output = process.inputReader(StandardCharsets.US_ASCII);
        Thread unused = Thread.ofVirtual().start(() -> read(output));
    }

    private static String classPath(Class<?> main) {
        return Stream.of(main, Channels.class, Meters.class, Region.class, Futex.class)
                .map(ChildProcess::location)
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException wrong) {
            throw new AssertionError(wrong);
        }
    }

    /** How many lines it has printed until now. */
    int lineCount() {
        return count.get();
    }

    private void read(BufferedReader output) {
        output.lines().forEach(line -> {
            lines.add(line);
            count.incrementAndGet();
        });
        ended.countDown();
    }

    /** What it has printed until now. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    /** Everything it printed, once it has ended. */
    List<String> allLines() throws InterruptedException {
        if (!ended.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the child process does not end");
        }
        return lines();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Kills it as the kernel does; what it has printed stays to be read, which destroying the process would lose. */
    void kill() {
        process.toHandle().destroyForcibly();
    }

    /** Waits for its end and answers its status. */
    int status() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the child process does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
