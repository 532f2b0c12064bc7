package dev.psyne.bench.channel;

import dev.psyne.bench.Row.Better;
import dev.psyne.bench.channel.Figure.Goal;
import dev.psyne.channel.ChannelOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What the area {@code channel} measures of ours against itself. */
final class OwnMeasures {
    /** How the names of the rows of {@link #hugePages} begin. */
    static final String HUGE_PAGES = "huge pages, between processes 1 MiB messages, 64 MiB ring";

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;
    private static final int SMALL_BYTES = 64;
    private static final int RING_BYTES = 4 * MIB;
    private static final int HUGE_RING_BYTES = 64 * MIB;
    private static final int SIZES_RING_BYTES = 256 * MIB;
    private static final int CHANNEL_BYTES = 16 * KIB;

    private static final int[] WINDOWS = {1, 16, 256};
    private static final int[] OPEN = {1, 10, 1_000, 10_000};
    private static final int[] SIZES = {8, 64, 512, 4 * KIB, 32 * KIB, 256 * KIB, 2 * MIB, 16 * MIB, 64 * MIB};

    private static final double KEPT = 0.8;
    private static final double HUGE_GAIN = 1.3;
    private static final double BYTES_PER_MEGAMESSAGE = SMALL_BYTES / 1e3;

    private OwnMeasures() {}

    /** Those that need nothing but memory. */
    static List<Measure> all() {
        List<Measure> measures = new ArrayList<>();
        for (int window : WINDOWS) {
            measures.add(window(window));
        }
        for (String scheme : List.of("mem", "ipc")) {
            for (int open : OPEN) {
                measures.add(growth(scheme, open));
            }
        }
        measures.add(sizes());
        return measures;
    }

    /** What it costs to give room back after so many messages: with the largest window the ring's portions decide. */
    private static Measure window(int window) {
        String peer = "window " + ChannelOptions.MAX_WINDOW;
        return new Measure(
                "crash-safety window " + window + ", between processes 64 B",
                List.of(new Figure(
                        "", "Mmsg/s", Better.HIGHER, 0, BYTES_PER_MEGAMESSAGE, Map.of(peer, Goal.STATED), Map.of())),
                List.of(
                        ContenderCommands.link(Measure.OURS, windowed(window)),
                        ContenderCommands.psyneLink(peer, windowed(ChannelOptions.MAX_WINDOW))));
    }

    private static LinkTask windowed(int window) {
        return new LinkTask(false, SMALL_BYTES, RING_BYTES, false, window);
    }

    private static Measure growth(String scheme, int open) {
        RingShape shape = new RingShape(1, SMALL_BYTES, CHANNEL_BYTES);
        String peer = PsyneChannels.MOST_ACTIVE + " channels";
        return new Measure(
                "growth, " + open + " open " + scheme + ": channels",
                List.of(new Figure("", "Mmsg/s", Better.HIGHER, 0, 1, Map.of(peer, Goal.always(KEPT)), Map.of())),
                List.of(
                        ContenderCommands.channels(Measure.OURS, scheme, open, shape),
                        ContenderCommands.channels(peer, scheme, PsyneChannels.MOST_ACTIVE, shape)));
    }

    private static Measure sizes() {
        Map<String, Goal> goals = Map.of(Outcome.NEIGHBOUR, Goal.always(KEPT));
        return new Measure(
                "growth, 256 MiB ring, messages of",
                List.of(new Figure("", "GB/s", Better.HIGHER, 1, 1, goals, Map.of())),
                IntStream.of(SIZES)
                        .mapToObj(bytes -> ContenderCommands.ring(
                                size(bytes), Measure.OURS, new RingShape(1, bytes, SIZES_RING_BYTES)))
                        .toList(),
                Measure.Comparison.NEIGHBOURS);
    }

    private static String size(int bytes) {
        if (bytes >= MIB) {
            return bytes / MIB + " MiB";
        }
        return bytes >= KIB ? bytes / KIB + " KiB" : bytes + " B";
    }

    /** What huge pages give; none where such file systems cannot be had. */
    static List<Measure> hugePages(HugeMounts mounts) {
        if (!mounts.areThere()) {
            return List.of();
        }
        LinkTask task = new LinkTask(false, MIB, HUGE_RING_BYTES, false);
        String peer = "ordinary pages";
        return List.of(new Measure(
                HUGE_PAGES,
                List.of(new Figure("", "GB/s", Better.HIGHER, 0, 1, Map.of(peer, Goal.always(HUGE_GAIN)), Map.of())),
                List.of(
                        ContenderCommands.psyneLink(Measure.OURS, task, mounts.huge()),
                        ContenderCommands.psyneLink(peer, task, mounts.ordinary()))));
    }
}
