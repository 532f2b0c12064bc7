package dev.psyne.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of {@code serve --small}: resident, less what of the weights' files is mapped, between questions about pictures
 * of 2 megapixels, JPEG and PNG in turn, that were not asked about before; and whether it grows.
 */
final class SmallBench {
    private static final int PICTURES = 12;
    private static final int WIDTH = 1632;
    private static final int HEIGHT = 1224;
    private static final int ASKS = 200;
    private static final double TARGET_MB = 100;

    private static final int SOON = 1_000;
    private static final int LATE = 10_000;
    private static final int SOAK_PIXELS = 224;

    /** One question of a soak in so many is about a picture of 2 megapixels. */
    private static final int LARGE_OF = 50;

    /** What may differ without being growth. */
    private static final double GROWTH = 1.05;

    /** The rows of the bench {@code ask}. */
    List<Row> run(Path home) throws IOException, InterruptedException {
        try (ServedNode node = ServedNode.start(home, "--small")) {
            AskClient client = new AskClient(node.uri());
            List<String> bodies = large(client);
            double most = 0;
            for (int i = 0; i < ASKS; i++) {
                client.ask(bodies.get(i % bodies.size()));
                most = Math.max(most, node.residentMegabytes());
            }
            return List.of(
                    Row.target("--small: most memory after a question about 2 MP", "MB", most, TARGET_MB),
                    Row.target("--small: memory at last", "MB", node.residentMegabytes(), TARGET_MB),
                    new Row(
                            "--small: peak memory, weights mapped included",
                            "MB",
                            Row.Better.LOWER,
                            node.peakResidentMegabytes(),
                            "target",
                            TARGET_MB,
                            Row.NO_GOAL));
        }
    }

    /** The row of the bench {@code soak}: ten thousand questions, one at a time. */
    List<Row> soak(Path home) throws IOException, InterruptedException {
        try (ServedNode node = ServedNode.start(home, "--small")) {
            AskClient client = new AskClient(node.uri());
            List<String> large = large(client);
            String[] bodies = client.questions(0, SOAK_PIXELS, SOAK_PIXELS, "png", SOON);
            double soon = 0;
            for (int i = 1; i <= LATE; i++) {
                client.ask(i % LARGE_OF == 0 ? large.get(i / LARGE_OF % large.size()) : bodies[i % bodies.length]);
                soon = i == SOON ? node.residentMegabytes() : soon;
            }
            return List.of(new Row(
                    "--small: memory after 10 000 questions",
                    "MB",
                    Row.Better.LOWER,
                    node.residentMegabytes(),
                    "after 1 000",
                    soon,
                    GROWTH));
        }
    }

    private static List<String> large(AskClient client) throws IOException, InterruptedException {
        List<String> bodies = new ArrayList<>();
        for (int scene = 0; scene < PICTURES; scene++) {
            bodies.addAll(List.of(client.questions(scene, WIDTH, HEIGHT, scene % 2 == 0 ? "jpeg" : "png", 1)));
        }
        return bodies;
    }
}
