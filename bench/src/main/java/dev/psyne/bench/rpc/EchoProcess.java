package dev.psyne.bench.rpc;

import com.sun.management.ThreadMXBean;
import dev.psyne.bench.LatencyHistogram;
import dev.psyne.bench.RoundProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** One side of an echo in a JVM of its own. */
final class EchoProcess {
    private static final int AT_ONCE = 100;

    /** What a process does in a round of N calls, and the figures it gives. */
    enum Role {
        /** Answers; none. */
        SERVE,
        /** One call after the other: the median and the 99th percentile in µs, calls a second, bytes allocated a call. */
        ONE,
        /** A hundred at a time: the same without percentiles. */
        MANY,
        /** Ours, one call after the other while megabytes go the same way all the time: percentiles in µs, bytes a second. */
        BESIDE_BULK
    }

    private EchoProcess() {}

    /**
     * Serves rounds.
     *
     * @param arguments the peer's name, the role and the port
     */
    public static void main(String[] arguments) throws Exception {
        EchoPeer peer = EchoPeer.valueOf(arguments[0]);
        Role role = Role.valueOf(arguments[1]);
        int port = Integer.parseInt(arguments[2]);
        if (role == Role.SERVE) {
            try (AutoCloseable _ = peer.serve(port)) {
                serve(_ -> "");
            }
        } else {
            try (EchoClient client = peer.connect(port)) {
                serve(
                        switch (role) {
                            case SERVE -> throw new IllegalArgumentException("a server calls nobody");
                            case ONE -> count -> one(client, count);
                            case MANY -> count -> many(client, count);
                            case BESIDE_BULK -> count -> besideBulk((PsyneEcho) client, count);
                        });
            }
        }
    }

    /** Starts one. */
    static RoundProcess start(EchoPeer peer, Role role, int port) throws IOException, InterruptedException {
        return RoundProcess.start(
                peer.title,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EchoProcess.class.getName(),
                        peer.name(),
                        role.name(),
                        Integer.toString(port)));
    }

    @FunctionalInterface
    private interface Rounds {
        String round(long count) throws InterruptedException;
    }

    private static void serve(Rounds rounds) throws IOException, InterruptedException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("up");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println("ready");
            System.out.println("done " + rounds.round(Long.parseLong(line.substring("round ".length()))));
        }
    }

    private static String one(EchoClient client, long count) throws InterruptedException {
        LatencyHistogram times = new LatencyHistogram();
        long allocated = allocatedBytes();
        long begin = System.nanoTime();
        long before = begin;
        for (long i = 0; i < count; i++) {
            client.call();
            long now = System.nanoTime();
            times.record(now - before);
            before = now;
        }
        return times.percentile(0.5) / 1e3 + " " + times.percentile(0.99) / 1e3 + " " + count * 1e9 / (before - begin)
                + " " + (allocatedBytes() - allocated) / count;
    }

    private static String besideBulk(PsyneEcho client, long count) throws InterruptedException {
        long begin = System.nanoTime();
        PsyneEcho.Bulk bulk = client.bulk();
        String figures = one(client, count);
        long bytes = bulk.end();
        return figures + " " + bytes * 1e9 / (System.nanoTime() - begin);
    }

    private static String many(EchoClient client, long count) throws InterruptedException {
        long allocated = allocatedBytes();
        long begin = System.nanoTime();
        client.calls(count, AT_ONCE);
        long nanos = System.nanoTime() - begin;
        return count * 1e9 / nanos + " " + (allocatedBytes() - allocated) / count;
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getTotalThreadAllocatedBytes();
    }
}
