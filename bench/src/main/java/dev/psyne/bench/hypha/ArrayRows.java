package dev.psyne.bench.hypha;

import dev.psyne.bench.PeerProgram;
import dev.psyne.bench.Row;
import dev.psyne.bench.ServedNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What the node and the server that clients know spend on an array of 1 MiB that they only route. It travels as four calls to the
 * other client's message cache, all under way at once. The two take turns; medians of nine rounds after one to warm up.
 */
final class ArrayRows {
    private static final String CPU = "processor time of a routed array of 1 MiB";
    static final List<String> NAMES = List.of(CPU);

    private static final String METHOD = "services.built-in.message_cache.set";
    private static final int PIECE_BYTES = 256 << 10;
    private static final int PIECES = 4;
    private static final int WARM_UP = 2_000;
    private static final int ARRAYS = 500;
    private static final int ROUNDS = 9;

    /** What 1.3 times as many arrays a second would leave, if the server were all that takes time. */
    private static final double GOAL = 1 / 1.3;

    private final Path folder;
    private final ServedNode node;

    ArrayRows(Path folder, ServedNode node) {
        this.folder = folder;
        this.node = node;
    }

    List<Row> run() throws IOException {
        try (ReferenceServer plain = ReferenceServer.start(PeerProgram.python(), folder);
                RawPair ours = pair(node.uri());
                RawPair theirs = pair(plain.uri())) {
            double[] spent = new double[ROUNDS];
            double[] spentByPeer = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                spent[round] = micros(ours, node.pid());
                spentByPeer[round] = micros(theirs, plain.pid());
            }
            return List.of(new Row(
                    CPU, "us", Row.Better.LOWER, Baseline.median(spent), "hypha", Baseline.median(spentByPeer), GOAL));
        }
    }

    private static RawPair pair(URI server) throws IOException {
        RawPair clients = new RawPair(server);
        clients.run(METHOD, PIECE_BYTES, PIECES, WARM_UP * PIECES);
        return clients;
    }

    private static double micros(RawPair clients, long pid) throws IOException {
        long nanos = processorNanos(pid);
        clients.run(METHOD, PIECE_BYTES, PIECES, ARRAYS * PIECES);
        return (processorNanos(pid) - nanos) / 1e3 / ARRAYS;
    }

    private static long processorNanos(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .map(Duration::toNanos)
                .orElseThrow(() -> new IllegalStateException("process " + pid + " has ended, or its time is not told"));
    }
}
