package dev.psyne.bench.rpc;

import dev.psyne.bench.RoundProcess;
import dev.psyne.bench.Row;
import dev.psyne.bench.channel.AeronRoundTrips;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An echo of 64 bytes between two JVMs over a node's {@code ipc:} name, both sides spinning, with all that is part of a call: stub,
 * codec, method, answer. Beside it, for what memory and cores give, a message of as many bytes to and fro over Aeron IPC, without
 * any call. The two take turns; the round of the median counts. With fewer than two cores to itself it measures the neighbours.
 */
final class IpcRows {
    static final String NAME = "ipc: 64 B echo";

    private static final int MESSAGE_BYTES = 64;
    private static final int TURNS = 3;
    private static final int WARM_ROUNDS = 4;
    private static final long CALLS = 200_000;
    private static final double MICROSECOND = 1e3;
    private static final double TARGET_MICROSECONDS = 3;

    List<Row> run() throws IOException, InterruptedException {
        List<double[]> ours = new ArrayList<>();
        List<double[]> aeron = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            ours.add(ours(turn));
            aeron.add(aeron());
        }
        double[] own = median(ours);
        double[] peer = median(aeron);
        return List.of(
                Row.target(NAME + ", p50", "us", own[0] / MICROSECOND, TARGET_MICROSECONDS),
                stated(", p50", own[0], peer[0]),
                stated(", p99", own[1], peer[1]));
    }

    private static Row stated(String figure, double ours, double aeron) {
        return new Row(
                NAME + figure + " beside a bare message",
                "us",
                Row.Better.LOWER,
                ours / MICROSECOND,
                "Aeron IPC",
                aeron / MICROSECOND,
                Row.NO_GOAL);
    }

    private static double[] ours(int turn) throws IOException, InterruptedException {
        String address = "ipc:bench-" + ProcessHandle.current().pid() + "-" + turn + "?wait=spin";
        try (RoundProcess node = IpcProcess.start(IpcProcess.Role.NODE, address);
                RoundProcess client = IpcProcess.start(IpcProcess.Role.CLIENT, address)) {
            double[] figures = {};
            for (int round = 0; round <= WARM_ROUNDS; round++) {
                node.begin(CALLS);
                client.begin(CALLS);
                node.end();
                figures = client.end();
            }
            return figures;
        }
    }

    private static double[] aeron() throws IOException, InterruptedException {
        try (AeronRoundTrips trips = AeronRoundTrips.start(MESSAGE_BYTES)) {
            double[] figures = {};
            for (int round = 0; round <= WARM_ROUNDS; round++) {
                figures = trips.round(CALLS);
            }
            return figures;
        }
    }

    private static double[] median(List<double[]> rounds) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(figures -> figures[0]))
                .toList()
                .get(rounds.size() / 2);
    }
}
