package dev.psyne.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The main path as a user meets it: start the node, send a 224 px picture over HTTP, read the streamed answer. Times
 * are those of the client: the median of twenty asks about one picture after five to warm up, then two hundred about
 * pictures that the node has not seen.
 */
final class AskBench {
    private static final int WARM_UP = 5;
    private static final int ASKS = 20;
    private static final int SEEN_FIRST = 200;
    private static final int PICTURE_PIXELS = 224;
    private static final double ANSWER_TARGET_MS = 200;
    private static final double MEDIAN_TARGET_MS = 100;
    private static final double START_TARGET_SECONDS = 2;
    private static final double MEMORY_TARGET_MB = 250;

    List<Row> run(Path home) throws IOException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        ServedNode.start(home).close();
        try (ServedNode node = ServedNode.start(home)) {
            AskClient client = new AskClient(node.uri());
            String[] bodies = client.questions(0, PICTURE_PIXELS, PICTURE_PIXELS, "png", SEEN_FIRST);
            for (int i = 0; i < WARM_UP; i++) {
                client.ask(bodies[0]);
            }
            AskClient.Times[] asks = new AskClient.Times[ASKS];
            for (int i = 0; i < ASKS; i++) {
                asks[i] = client.ask(bodies[0]);
            }
            AskClient.Times[] unseen = new AskClient.Times[SEEN_FIRST];
            for (int i = 0; i < SEEN_FIRST; i++) {
                unseen[i] = client.ask(bodies[i]);
            }
            double[] whole = sorted(unseen, AskClient.Times::whole);
            rows.add(Row.target("warm start to URL", "s", node.startSeconds(), START_TARGET_SECONDS));
            rows.add(target("time to first token", median(sorted(asks, AskClient.Times::first)), ANSWER_TARGET_MS));
            rows.add(target("whole answer", median(sorted(asks, AskClient.Times::whole)), ANSWER_TARGET_MS));
            rows.add(target(
                    "time per token after the first",
                    median(sorted(asks, AskClient.Times::next)),
                    ANSWER_TARGET_MS / 10));
            rows.add(target("whole answer about a new picture, median", median(whole), MEDIAN_TARGET_MS));
            rows.add(target("whole answer about a new picture, p99", percentile99(whole), ANSWER_TARGET_MS));
            rows.add(Row.target("peak resident memory", "MB", node.peakResidentMegabytes(), MEMORY_TARGET_MB));
        }
        rows.addAll(new SmallBench().run(home));
        return rows;
    }

    private static Row target(String name, double millis, double target) {
        return Row.target(name, "ms", millis, target);
    }

    private static double[] sorted(AskClient.Times[] asks, ToDoubleFunction<AskClient.Times> column) {
        return Arrays.stream(asks).mapToDouble(column).sorted().toArray();
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The nearest rank. */
    private static double percentile99(double[] sorted) {
        return sorted[(int) Math.ceil(0.99 * sorted.length) - 1];
    }
}
