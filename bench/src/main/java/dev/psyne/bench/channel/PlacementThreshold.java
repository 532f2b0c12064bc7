package dev.psyne.bench.channel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * What round trip separates FAST from SLOW on this machine: the geometric mean of the two states' medians, over all probes
 * so far. While only one state has been seen it is {@value #START_NANOS} ns, which lies between the two on the processors
 * known. One thread.
 */
final class PlacementThreshold {
    private static final double START_NANOS = 300;
    /** A probe slower than this many thresholds was not of two threads with a core each. */
    private static final double DISTURBED_THRESHOLDS = 5;

    private static final int REFINEMENTS = 5;

    private final List<Double> probes = new ArrayList<>();

    void add(double nanos) {
        probes.add(nanos);
    }

    double nanos() {
        double threshold = START_NANOS;
        for (int pass = 0; pass < REFINEMENTS; pass++) {
            double fast = median(Placement.FAST, threshold);
            double slow = median(Placement.SLOW, threshold);
            if (fast == 0 || slow == 0) {
                return START_NANOS;
            }
            threshold = Math.sqrt(fast * slow);
        }
        return threshold;
    }

    /** The state two probes agree on; DISTURBED if they do not. */
    Placement of(double before, double after) {
        double threshold = nanos();
        Placement placement = one(before, threshold);
        return placement == one(after, threshold) ? placement : Placement.DISTURBED;
    }

    /** The states and the threshold in one line. */
    String describe() {
        double threshold = nanos();
        return String.format(
                Locale.ROOT,
                "8 B probe: FAST below %.0f ns (median %.0f), SLOW above (median %.0f), %d probes",
                threshold,
                median(Placement.FAST, threshold),
                median(Placement.SLOW, threshold),
                probes.size());
    }

    private static Placement one(double nanos, double threshold) {
        if (nanos > threshold * DISTURBED_THRESHOLDS) {
            return Placement.DISTURBED;
        }
        return nanos < threshold ? Placement.FAST : Placement.SLOW;
    }

    /** Zero if there is no probe of that state. */
    private double median(Placement placement, double threshold) {
        List<Double> sorted = new ArrayList<>(probes.stream()
                .filter(nanos -> one(nanos, threshold) == placement)
                .toList());
        Collections.sort(sorted);
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    }
}
