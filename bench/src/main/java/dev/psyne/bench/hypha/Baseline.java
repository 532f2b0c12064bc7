package dev.psyne.bench.hypha;

import dev.psyne.bench.PeerProgram;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One round of hypha-rpc's {@code baseline.py}: two unmodified clients in processes of their own, a second for each case. */
public final class Baseline {
    private static final JsonMapper JSON = new JsonMapper();

    private Baseline() {}

    /** The figures of one round through a server. */
    public static JsonNode measure(String python, Path folder, URI server) throws IOException, InterruptedException {
        String printed = PeerProgram.run(
                "hypha-rpc's baseline.py",
                folder,
                List.of(
                        "env",
                        "PYTHONPATH=" + folder.resolve("hypha-rpc/python"),
                        python,
                        "baseline.py",
                        server.toString(),
                        "1",
                        "1"));
        return JSON.readTree(printed.substring(printed.lastIndexOf("MEDIAN") + "MEDIAN".length()));
    }

    /** Calls a second of one case. */
    public static double callsPerSecond(JsonNode round, String key) {
        return round.path(key).path("calls_s").asDouble();
    }

    /** The middle. */
    public static double median(double[] figures) {
        Arrays.sort(figures);
        return figures[figures.length / 2];
    }

    /** The middle of the figures of some rounds. */
    public static double median(List<JsonNode> rounds, ToDoubleFunction<JsonNode> figure) {
        return median(rounds.stream().mapToDouble(figure).toArray());
    }
}
