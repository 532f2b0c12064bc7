package dev.psyne.bench.rpc;

import dev.psyne.bench.RoundProcess;
import dev.psyne.bench.Row;
import dev.psyne.bench.hypha.ReferenceServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * 64 bytes from one JVM to another and back over TCP: ours beside gRPC-java and RSocket-java, a server and two callers of each in
 * processes of their own. They take turns; medians of seven rounds after three to warm up.
 */
final class JvmRows {
    static final String NAME = "JVM to JVM, 64 B";

    private static final int WARM_ROUNDS = 3;
    private static final int ROUNDS = 7;
    private static final long CALLS = 20_000;
    private static final long CALLS_AT_ONCE = 100_000;

    /** What {@link EchoProcess} prints for one call after the other, and for many at a time. */
    private static final int P50 = 0;

    private static final int P99 = 1;
    private static final int CALLS_PER_SECOND = 0;
    private static final int ALLOCATED = 1;

    /** The processes of one peer and what they have found out. */
    private static final class Contender implements AutoCloseable {
        private final RoundProcess server;
        private final RoundProcess one;
        private final RoundProcess many;
        private final List<double[]> ones = new ArrayList<>();
        private final List<double[]> manys = new ArrayList<>();
        private final List<double[]> processor = new ArrayList<>();

        private Contender(EchoPeer peer) throws IOException, InterruptedException {
            int port = ReferenceServer.freePort();
            server = EchoProcess.start(peer, EchoProcess.Role.SERVE, port);
            one = EchoProcess.start(peer, EchoProcess.Role.ONE, port);
            many = EchoProcess.start(peer, EchoProcess.Role.MANY, port);
        }

        private void round(boolean counts) throws IOException, InterruptedException {
            double[] oneAfterTheOther = run(one, CALLS);
            long before = server.processorNanos() + many.processorNanos();
            double[] atOnce = run(many, CALLS_AT_ONCE);
            double used = server.processorNanos() + many.processorNanos() - before;
            if (counts) {
                ones.add(oneAfterTheOther);
                manys.add(atOnce);
                processor.add(new double[] {used / CALLS_AT_ONCE / 1e3});
            }
        }

        private static double[] run(RoundProcess process, long calls) throws IOException, InterruptedException {
            process.begin(calls);
            return process.end();
        }

        @Override
        public void close() throws IOException {
            one.close();
            many.close();
            server.close();
        }
    }

    List<Row> run() throws IOException, InterruptedException {
        Map<EchoPeer, Contender> contenders = new EnumMap<>(EchoPeer.class);
        try {
            for (EchoPeer peer : EchoPeer.values()) {
                contenders.put(peer, new Contender(peer));
            }
            for (int round = -WARM_ROUNDS; round < ROUNDS; round++) {
                for (Contender contender : contenders.values()) {
                    contender.round(round >= 0);
                }
            }
        } finally {
            for (Contender contender : contenders.values()) {
                contender.close();
            }
        }
        return rows(contenders);
    }

    private static List<Row> rows(Map<EchoPeer, Contender> contenders) {
        Contender ours = Objects.requireNonNull(contenders.get(EchoPeer.PSYNE));
        List<Row> rows = new ArrayList<>();
        for (EchoPeer peer : List.of(EchoPeer.GRPC, EchoPeer.RSOCKET)) {
            Contender theirs = Objects.requireNonNull(contenders.get(peer));
            boolean isGrpc = peer == EchoPeer.GRPC;
            rows.add(lower(": p50", "µs", ours.ones, theirs.ones, P50, peer, isGrpc ? 0.5 : Row.NO_GOAL));
            rows.add(lower(": p99", "µs", ours.ones, theirs.ones, P99, peer, Row.NO_GOAL));
            rows.add(new Row(
                    NAME + ", 100 at a time",
                    "calls/s",
                    Row.Better.HIGHER,
                    median(ours.manys, CALLS_PER_SECOND),
                    peer.title,
                    median(theirs.manys, CALLS_PER_SECOND),
                    isGrpc ? 4 : 1));
            rows.add(lower(
                    ", 100 at a time: processor time of both",
                    "µs",
                    ours.processor,
                    theirs.processor,
                    0,
                    peer,
                    Row.NO_GOAL));
            rows.add(lower(
                    ", 100 at a time: allocated by the caller",
                    "B",
                    ours.manys,
                    theirs.manys,
                    ALLOCATED,
                    peer,
                    Row.NO_GOAL));
        }
        return rows;
    }

    private static Row lower(
            String what,
            String unit,
            List<double[]> ours,
            List<double[]> theirs,
            int figure,
            EchoPeer peer,
            double goal) {
        return new Row(
                NAME + what, unit, Row.Better.LOWER, median(ours, figure), peer.title, median(theirs, figure), goal);
    }

    private static double median(List<double[]> rounds, int figure) {
        double[] sorted =
                rounds.stream().mapToDouble(round -> round[figure]).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
