package dev.psyne.bench.rpc;

import dev.psyne.bench.NodeGauge;
import dev.psyne.bench.PeerProgram;
import dev.psyne.bench.Row;
import dev.psyne.bench.ServedNode;
import dev.psyne.bench.hypha.Baseline;
import dev.psyne.bench.hypha.ReferenceServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a call of 64 bytes costs two Python clients and what is between them: its time, its processor time in all three processes, and
 * what the node allocates for it; beside hypha-rpc's clients, and beside a relay of asyncio that knows no codec. All take turns; medians of
 * five rounds after one to warm up.
 */
final class CostRows {
    static final String NAME = "Python client, cost";

    private static final int ROUNDS = 5;
    private static final int SECONDS = 1;
    private static final String HYPHA = "hypha-rpc";
    private static final JsonMapper JSON = new JsonMapper();

    /** Rounds of one kind of client. */
    private record Rounds(String kind, String url, long server, List<JsonNode> figures, List<Double> allocated) {
        private Rounds(String kind, String url, long server) {
            this(kind, url, server, new ArrayList<>(), new ArrayList<>());
        }

        private double median(String figure) {
            return Baseline.median(figures, round -> round.path(figure).asDouble());
        }

        private double medianAllocated() {
            return allocated.stream().sorted().toList().get(allocated.size() / 2);
        }
    }

    private final Path home;
    private final Path folder;
    private final String python = PeerProgram.python();

    CostRows(Path home, Path folder) {
        this.home = home;
        this.folder = folder;
    }

    List<Row> run() throws IOException, InterruptedException {
        String address = "tcp://127.0.0.1:" + ReferenceServer.freePort();
        try (ServedNode node = ServedNode.start(home, "--rpc", address);
                ReferenceServer plain = ReferenceServer.start(python, folder);
                NodeGauge gauge = NodeGauge.of(node.pid())) {
            Rounds blocking = new Rounds("blocking", address, node.pid());
            Rounds asyncio = new Rounds("asyncio", address, node.pid());
            Rounds hypha = new Rounds("hypha", plain.uri().toString(), plain.pid());
            Rounds through = new Rounds("hypha", node.uri().toString(), node.pid());
            Rounds raw = new Rounds("raw", "-", 0);
            for (int round = 0; round <= ROUNDS; round++) {
                for (Rounds each : List.of(blocking, asyncio, hypha, through, raw)) {
                    measure(each, gauge, round > 0);
                }
            }
            return rows(blocking, asyncio, hypha, through, raw);
        }
    }

    private static List<Row> rows(Rounds blocking, Rounds asyncio, Rounds hypha, Rounds through, Rounds raw) {
        List<Row> rows = new ArrayList<>();
        for (Rounds ours : List.of(blocking, asyncio)) {
            rows.add(lower(ours.kind() + ": p50", "µs", ours.median("p50_us"), hypha.median("p50_us"), 0.4));
            rows.add(lower(
                    ours.kind() + ": processor time in all", "µs", ours.median("cpu_us"), hypha.median("cpu_us"), 0.5));
        }
        rows.add(new Row(
                NAME + ", allocated by the node",
                "B",
                Row.Better.LOWER,
                blocking.medianAllocated(),
                HYPHA + " through it",
                through.medianAllocated(),
                0.5));
        rows.add(new Row(
                NAME + ", asyncio: calls",
                "calls/s",
                Row.Better.HIGHER,
                asyncio.median("calls_s"),
                "asyncio without a codec",
                raw.median("calls_s"),
                0.6));
        return rows;
    }

    private static Row lower(String what, String unit, double ours, double theirs, double goal) {
        return new Row(NAME + ", " + what, unit, Row.Better.LOWER, ours, HYPHA, theirs, goal);
    }

    private void measure(Rounds rounds, NodeGauge gauge, boolean counts) throws IOException, InterruptedException {
        long before = gauge.allocatedBytes();
        String printed = PeerProgram.run(
                "echo_cost.py",
                home.resolve("bench/src/main/python"),
                List.of(
                        "env",
                        "PYTHONPATH=" + home.resolve("clients/python/src") + ":" + folder.resolve("hypha-rpc/python"),
                        python,
                        "echo_cost.py",
                        rounds.kind(),
                        rounds.url(),
                        Integer.toString(SECONDS),
                        Long.toString(rounds.server())));
        JsonNode figures = JSON.readTree(printed.substring(printed.lastIndexOf('{')));
        if (counts) {
            rounds.figures().add(figures);
            double calls = figures.path("calls_s").asDouble() * SECONDS;
            rounds.allocated().add((gauge.allocatedBytes() - before) / calls);
        }
    }
}
