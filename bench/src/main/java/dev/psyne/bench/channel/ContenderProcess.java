package dev.psyne.bench.channel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A contender's process. It says {@code up}; for each {@code round N} on standard input it says {@code ready} and, when N
 * messages are through, {@code done FIGURE…}. It ends with its input.
 *
 * <p>Every contender has a process of its own, so that what the JVM learns of one does not slow down another.
 */
public final class ContenderProcess {
    private ContenderProcess() {}

    /**
     * Serves rounds.
     *
     * @param arguments {@code ring CONTENDER PRODUCERS MESSAGE_BYTES CAPACITY_BYTES}, or {@code link CONTENDER ROLE FOLDER
     *     MESSAGE_BYTES CAPACITY_BYTES BLOCKS WINDOW}, or {@code channels SCHEME OPEN MESSAGE_BYTES CAPACITY_BYTES FOLDER},
     *     or {@code idle OPEN FOLDER}
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        // A consumer would wait for ever for a producer that failed.
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            failure.printStackTrace();
            Runtime.getRuntime().halt(1);
        });
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (Rounds rounds = open(arguments)) {
            serve(rounds, new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), out);
        }
    }

    private static void serve(Rounds rounds, BufferedReader in, PrintStream out)
            throws IOException, InterruptedException {
        out.println("up");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            long count = Long.parseLong(line.substring("round ".length()));
            out.println("ready");
            double[] figures = rounds.round(count);
            out.println(
                    Arrays.stream(figures).mapToObj(Double::toString).collect(Collectors.joining(" ", "done ", "")));
        }
    }

    private static Rounds open(String[] words) throws InterruptedException {
        return switch (words[0]) {
            case "ring" ->
                ring(
                        words[1],
                        new RingShape(
                                Integer.parseInt(words[2]), Integer.parseInt(words[3]), Integer.parseInt(words[4])));
            case "link" ->
                link(
                        words[1],
                        new LinkShape(
                                LinkRole.valueOf(words[2]),
                                Path.of(words[3]),
                                Integer.parseInt(words[4]),
                                Integer.parseInt(words[5]),
                                Boolean.parseBoolean(words[6]),
                                Integer.parseInt(words[7])));
            case "channels" ->
                channels(
                        words[1],
                        Integer.parseInt(words[2]),
                        new RingShape(1, Integer.parseInt(words[3]), Integer.parseInt(words[4])),
                        Path.of(words[5]));
            case "idle" -> new IdleChannels(Integer.parseInt(words[1]), Path.of(words[2]));
            default -> throw new IllegalArgumentException("no rounds of the kind '" + words[0] + "'");
        };
    }

    private static Rounds ring(String contender, RingShape shape) {
        SharedRing ring = switch (contender) {
            case "Psyne" -> new PsyneRing(shape);
            case "Disruptor" -> new DisruptorRing(shape);
            case "JCTools" -> new JCToolsQueue(shape);
            case "Agrona" -> new AgronaRing(shape);
            default -> throw new IllegalArgumentException("no ring in one process of '" + contender + "'");
        };
        return new SharedRingRounds(ring, shape);
    }

    private static Rounds channels(String scheme, int open, RingShape shape, Path folder) {
        return new SharedRingRounds(new PsyneChannels(scheme, open, shape, folder), shape);
    }

    private static Rounds link(String contender, LinkShape shape) {
        Link link = switch (contender) {
            case "Psyne" -> new PsyneLink(shape);
            case "Aeron" -> new AeronLink(shape);
            default -> throw new IllegalArgumentException("no ring between processes of '" + contender + "'");
        };
        return new LinkRounds(link, shape);
    }
}
