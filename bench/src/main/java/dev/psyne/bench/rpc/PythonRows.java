package dev.psyne.bench.rpc;

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
 * Our Python clients, a provider and a caller in processes of their own, through the node over TCP, beside hypha-rpc's through the plain
 * server they know. The three take turns; medians of five rounds after one to warm up.
 */
final class PythonRows {
    static final List<String> NAMES = List.of("Python client");

    private static final int ROUNDS = 5;
    private static final String SECONDS = "1";
    private static final JsonMapper JSON = new JsonMapper();

    /** The names that both programs give their figures, and what is wanted of the blocking and of the asyncio client. */
    private enum Echo {
        SMALL("64B", "64 B echo", 5, 3),
        MEDIUM("10KiB", "10 KiB echo", 3, 3),
        LARGE_UP("1MiB_up", "1 MiB array one way", 3, 3),
        LARGE("1MiB_echo", "1 MiB array echo", 3, 3),
        MANY("100conc_64B", "64 B echo, 100 at a time", 4, 4);

        private final String key;
        private final String title;
        private final double blockingGoal;
        private final double asyncioGoal;

        Echo(String key, String title, double blockingGoal, double asyncioGoal) {
            this.key = key;
            this.title = title;
            this.blockingGoal = blockingGoal;
            this.asyncioGoal = asyncioGoal;
        }
    }

    private final Path home;
    private final Path folder;
    private final String python = PeerProgram.python();

    PythonRows(Path home, Path folder) {
        this.home = home;
        this.folder = folder;
    }

    List<Row> run() throws IOException, InterruptedException {
        String address = "tcp://127.0.0.1:" + ReferenceServer.freePort();
        try (ServedNode _ = ServedNode.start(home, "--rpc", address);
                ReferenceServer plain = ReferenceServer.start(python, folder)) {
            List<JsonNode> blocking = new ArrayList<>();
            List<JsonNode> asyncio = new ArrayList<>();
            List<JsonNode> hypha = new ArrayList<>();
            for (int round = 0; round <= ROUNDS; round++) {
                blocking.add(measure("blocking", address));
                asyncio.add(measure("asyncio", address));
                hypha.add(Baseline.measure(python, folder, plain.uri()));
            }
            List<Row> rows = new ArrayList<>();
            for (Echo echo : Echo.values()) {
                double theirs =
                        Baseline.median(behindFirst(hypha), figure -> Baseline.callsPerSecond(figure, echo.key));
                if (echo != Echo.MANY) {
                    rows.add(row("blocking", echo, blocking, theirs, echo.blockingGoal));
                }
                rows.add(row("asyncio", echo, asyncio, theirs, echo.asyncioGoal));
            }
            return rows;
        }
    }

    private static Row row(String kind, Echo echo, List<JsonNode> ours, double theirs, double goal) {
        double calls = Baseline.median(
                behindFirst(ours), figure -> figure.path(echo.key).asDouble());
        return new Row(
                "Python client, " + kind + ": " + echo.title,
                "calls/s",
                Row.Better.HIGHER,
                calls,
                "hypha-rpc",
                theirs,
                goal);
    }

    /** The first round warms up. */
    private static List<JsonNode> behindFirst(List<JsonNode> rounds) {
        return rounds.subList(1, rounds.size());
    }

    private JsonNode measure(String kind, String address) throws IOException, InterruptedException {
        String printed = PeerProgram.run(
                "psyne_echo.py",
                home.resolve("bench/src/main/python"),
                List.of(
                        "env",
                        "PYTHONPATH=" + home.resolve("clients/python/src"),
                        python,
                        "psyne_echo.py",
                        kind,
                        address,
                        SECONDS));
        return JSON.readTree(printed.substring(printed.lastIndexOf('{')));
    }
}
