package dev.psyne.bench.channel;

import dev.psyne.bench.Row.Better;
import dev.psyne.bench.channel.Figure.Goal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the area {@code channel} measures against peers, and what is wanted. */
final class ChannelMeasures {
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;
    private static final int SMALL_BYTES = 64;
    private static final int WORD_BYTES = 8;
    private static final int RING_BYTES = 4 * MIB;
    private static final int LARGE_RING_BYTES = 64 * MIB;
    /** The smallest term of Aeron that takes messages of 1 MiB. */
    private static final int MEGABYTE_RING_BYTES = 8 * MIB;

    private static final double NANOS_PER_MICRO = 1e3;
    private static final double ONE_WAY_LIMIT_NANOS = 1e3;
    private static final double THROUGHPUT_LIMIT_GIGABYTES = 10;

    private final Optional<Path> cRing;

    /**
     * The measures.
     *
     * @param cRing the compiled C peer, if it could be compiled
     */
    ChannelMeasures(Optional<Path> cRing) {
        this.cRing = cRing;
    }

    List<Measure> all() {
        return List.of(
                oneToOne("64 B", SMALL_BYTES, Goal.always(1.0), Goal.always(2.0)),
                oneToOne("1 KiB", KIB, Goal.STATED, Goal.STATED),
                oneToOne("64 KiB", 64 * KIB, Goal.STATED, Goal.STATED),
                manyToOne(2),
                manyToOne(4),
                wordRoundTrip(),
                tensorRoundTrip("4 MiB", RING_BYTES),
                tensorRoundTrip("64 MiB", LARGE_RING_BYTES),
                throughput("8 MiB", MEGABYTE_RING_BYTES),
                throughput("64 MiB", LARGE_RING_BYTES),
                blockedRoundTrip());
    }

    private static Measure oneToOne(String size, int bytes, Goal queue, Goal ring) {
        RingShape shape = new RingShape(1, bytes, RING_BYTES);
        Map<String, Goal> goals = Map.of("Disruptor", Goal.always(0.95), "JCTools", queue, "Agrona", ring);
        return new Measure(
                "one to one " + size,
                List.of(new Figure("", "Mmsg/s", Better.HIGHER, 0, 1, goals, Map.of())),
                rings(shape, Measure.OURS, "Disruptor", "JCTools", "Agrona"));
    }

    private static Measure manyToOne(int producers) {
        RingShape shape = new RingShape(producers, SMALL_BYTES, RING_BYTES);
        Map<String, Goal> goals = Map.of("Agrona", Goal.always(1.2), "JCTools", Goal.always(1.0));
        return new Measure(
                producers + " to one 64 B",
                List.of(new Figure("", "Mmsg/s", Better.HIGHER, 0, 1, goals, Map.of())),
                rings(shape, Measure.OURS, "JCTools", "Agrona"));
    }

    private Measure wordRoundTrip() {
        Map<String, Goal> median = Map.of("C", Goal.always(1.05), "Aeron", new Goal(0.9, 1.0));
        Map<String, Goal> high = Map.of("Aeron", Goal.always(0.3));
        return new Measure(
                "between processes 8 B round trip",
                List.of(
                        new Figure(" p50", "ns", Better.LOWER, 0, 1, median, Map.of()),
                        new Figure(" p99", "ns", Better.LOWER, 1, 1, high, Map.of()),
                        new Figure(
                                " p99, one way",
                                "ns",
                                Better.LOWER,
                                2,
                                1,
                                Map.of(),
                                Map.of(Placement.FAST, ONE_WAY_LIMIT_NANOS))),
                links(new LinkTask(true, WORD_BYTES, RING_BYTES, false)));
    }

    private Measure tensorRoundTrip(String buffers, int capacity) {
        Map<String, Goal> goals = Map.of("C", Goal.always(1.0), "Aeron", new Goal(0.7, 1.0));
        return new Measure(
                "between processes 64 KiB round trip, " + buffers + " buffers",
                List.of(new Figure(" p50", "µs", Better.LOWER, 0, NANOS_PER_MICRO, goals, Map.of())),
                links(new LinkTask(true, 64 * KIB, capacity, false)));
    }

    private Measure throughput(String buffers, int capacity) {
        Map<String, Goal> goals = Map.of("C", Goal.always(1.0), "Aeron", new Goal(2.0, 1.0));
        return new Measure(
                "between processes 1 MiB messages, " + buffers + " buffers",
                List.of(new Figure(
                        "", "GB/s", Better.HIGHER, 0, 1, goals, Map.of(Placement.FAST, THROUGHPUT_LIMIT_GIGABYTES))),
                links(new LinkTask(false, MIB, capacity, false)));
    }

    private Measure blockedRoundTrip() {
        LinkTask task = new LinkTask(true, WORD_BYTES, RING_BYTES, true);
        return new Measure(
                "between processes blocked wake-up, round trip",
                List.of(new Figure(
                        " p50", "µs", Better.LOWER, 0, NANOS_PER_MICRO, Map.of("C", Goal.always(1.1)), Map.of())),
                cRing.map(program -> List.of(
                                ContenderCommands.link(Measure.OURS, task), ContenderCommands.cRing(program, task)))
                        .orElse(List.of()));
    }

    private static List<Entrant> rings(RingShape shape, String... contenders) {
        List<Entrant> entrants = new ArrayList<>();
        for (String contender : contenders) {
            entrants.add(ContenderCommands.ring(contender, shape));
        }
        return entrants;
    }

    private List<Entrant> links(LinkTask task) {
        List<Entrant> entrants = new ArrayList<>();
        entrants.add(ContenderCommands.link(Measure.OURS, task));
        cRing.ifPresent(program -> entrants.add(ContenderCommands.cRing(program, task)));
        entrants.add(ContenderCommands.link("Aeron", task));
        return entrants;
    }
}
