package dev.psyne.bench.hypha;

import dev.psyne.bench.PeerProgram;
import dev.psyne.bench.Row;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Unmodified hypha-rpc clients of Python, a provider and a caller in processes of their own, through the node and through the
 * server they know, with and without the compression that it offers. The three take turns; medians of seven rounds after one to warm up.
 */
final class EchoRows {
    static final List<String> NAMES = List.of("hypha-rpc");

    private static final int ROUNDS = 7;

    /** The names of baseline.py, what is wanted of the ratio beside the plain server, and beside the compressing one. */
    private enum Echo {
        SMALL("64B", "64 B echo", 1.15, 1.15),
        MEDIUM("10KiB", "10 KiB echo", 1.15, 1.15),
        LARGE_UP("1MiB_up", "1 MiB array one way", 1.3, 8),
        LARGE("1MiB_echo", "1 MiB array echo", 1.3, 8),
        MANY("100conc_64B", "64 B echo, 100 at a time", 1.3, 1.3);

        private final String key;
        private final String title;
        private final double plainGoal;
        private final double deflateGoal;

        Echo(String key, String title, double plainGoal, double deflateGoal) {
            this.key = key;
            this.title = title;
            this.plainGoal = plainGoal;
            this.deflateGoal = deflateGoal;
        }
    }

    private final Path folder;
    private final URI node;
    private final String python = PeerProgram.python();

    EchoRows(Path folder, URI node) {
        this.folder = folder;
        this.node = node;
    }

    List<Row> run() throws IOException, InterruptedException {
        try (ReferenceServer plain = ReferenceServer.start(python, folder);
                ReferenceServer deflate = ReferenceServer.start(python, folder, "--compress")) {
            List<JsonNode> ours = new ArrayList<>();
            List<JsonNode> plainly = new ArrayList<>();
            List<JsonNode> deflated = new ArrayList<>();
            for (URI server : List.of(node, plain.uri(), deflate.uri())) {
                JsonNode _ = measure(server);
            }
            for (int round = 0; round < ROUNDS; round++) {
                ours.add(measure(node));
                plainly.add(measure(plain.uri()));
                deflated.add(measure(deflate.uri()));
            }
            List<Row> rows = new ArrayList<>();
            for (Echo echo : Echo.values()) {
                double calls = median(ours, echo);
                rows.add(row(echo, calls, "hypha", median(plainly, echo), echo.plainGoal));
                rows.add(row(echo, calls, "hypha, deflate", median(deflated, echo), echo.deflateGoal));
            }
            return rows;
        }
    }

    private static Row row(Echo echo, double ours, String peer, double theirs, double goal) {
        return new Row("hypha-rpc " + echo.title, "calls/s", Row.Better.HIGHER, ours, peer, theirs, goal);
    }

    private JsonNode measure(URI server) throws IOException, InterruptedException {
        return Baseline.measure(python, folder, server);
    }

    private static double median(List<JsonNode> rounds, Echo echo) {
        return Baseline.median(rounds, round -> Baseline.callsPerSecond(round, echo.key));
    }
}
