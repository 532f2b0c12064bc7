package dev.psyne.bench.channel;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the rounds of a measure: the contenders take turns, ours, a peer, the next peer, ours again, each round between two
 * placement probes, until every one of them has {@value #ROUNDS} rounds in one placement or the turns are used up. A round
 * in which other processes used the cores does not count.
 */
final class Alternation {
    /** Rounds of each contender that make a figure. */
    static final int ROUNDS = 5;

    private static final int MAX_TURNS = 14;
    /** Turns more at the most, one for each in which other processes disturbed a round. */
    private static final int MAX_EXTRA_TURNS = 14;

    private static final int FULL_WARM_UP_ROUNDS = 6;
    private static final int MAX_WARM_UP_ROUNDS = 18;
    private static final double ROUND_NANOS = 300e6;
    private static final long FIRST_COUNT = 8;
    private static final double MAX_GROWTH = 20;
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private final PlacementProbe probe;
    private final PlacementThreshold threshold;
    private final double mostOthers;

    /**
     * Of one bench.
     *
     * @param mostOthers the part of the cores' time that others may use in a round that counts
     */
    Alternation(PlacementProbe probe, PlacementThreshold threshold, double mostOthers) {
        this.probe = probe;
        this.threshold = threshold;
        this.mostOthers = mostOthers;
    }

    /** The rounds of each contender, by name, in the order of the entrants. */
    Map<String, List<Round>> run(Measure measure) throws IOException, InterruptedException {
        List<Runner> runners = new ArrayList<>();
        try {
            for (Entrant entrant : measure.entrants()) {
                runners.add(new Runner(entrant.name(), entrant.start().start()));
            }
            for (Runner runner : runners) {
                runner.warmUp();
            }
            return alternate(runners);
        } finally {
            for (Runner runner : runners) {
                runner.contender.close();
            }
        }
    }

    private Map<String, List<Round>> alternate(List<Runner> runners) throws IOException, InterruptedException {
        Map<String, List<Round>> rounds = new LinkedHashMap<>();
        runners.forEach(runner -> rounds.put(runner.name, new ArrayList<>()));
        double before = probe();
        int disturbed = 0;
        for (int turn = 0; turn < MAX_TURNS + Math.min(disturbed, MAX_EXTRA_TURNS) && !isComplete(rounds); turn++) {
            boolean isUndisturbed = true;
            for (Runner runner : runners) {
                OtherProcesses begin = others(runners);
                double[] figures = runner.round();
                double share = OtherProcesses.share(begin, others(runners), CORES);
                double after = probe();
                Round round = new Round(Arrays.stream(figures).boxed().toList(), before, after, share);
                rounds.getOrDefault(runner.name, List.of()).add(round);
                isUndisturbed &= isUndisturbed(round);
                before = after;
            }
            disturbed += isUndisturbed ? 0 : 1;
        }
        return rounds;
    }

    private static OtherProcesses others(List<Runner> runners) throws IOException {
        return OtherProcesses.now(runners.stream()
                .mapToLong(runner -> runner.contender.processorNanos())
                .sum());
    }

    private double probe() throws InterruptedException {
        double nanos = probe.roundTripNanos();
        threshold.add(nanos);
        return nanos;
    }

    private boolean isComplete(Map<String, List<Round>> rounds) {
        return isComplete(rounds, Placement.FAST) || isComplete(rounds, Placement.SLOW);
    }

    private boolean isComplete(Map<String, List<Round>> rounds, Placement placement) {
        return rounds.values().stream().allMatch(all -> in(all, placement).size() >= ROUNDS);
    }

    boolean isUndisturbed(Round round) {
        return round.others() <= mostOthers;
    }

    /** The rounds whose two probes agree on that placement, and in which nobody else disturbed. */
    List<Round> in(List<Round> rounds, Placement placement) {
        return rounds.stream()
                .filter(this::isUndisturbed)
                .filter(round -> threshold.of(round.before(), round.after()) == placement)
                .toList();
    }

    /** A contender and the count of messages that fills a round. */
    private static final class Runner {
        private final String name;
        private final Contender contender;
        private long count = FIRST_COUNT;
        private double nanos;

        private Runner(String name, Contender contender) {
            this.name = name;
            this.contender = contender;
        }

        private void warmUp() throws IOException, InterruptedException {
            int full = 0;
            for (int round = 0; round < MAX_WARM_UP_ROUNDS && full < FULL_WARM_UP_ROUNDS; round++) {
                round();
                full += nanos >= ROUND_NANOS / 2 ? 1 : 0;
            }
        }

        private double[] round() throws IOException, InterruptedException {
            long begin = System.nanoTime();
            double[] figures = contender.round(count);
            nanos = System.nanoTime() - begin;
            count = (long) Math.max(FIRST_COUNT, count * Math.min(MAX_GROWTH, ROUND_NANOS / nanos));
            return figures;
        }
    }
}
