package dev.psyne.bench.channel;

import dev.psyne.bench.Row;
import java.util.Map;

/**
 * One figure of a measure, and what is wanted of it.
 *
 * @param suffix what the row's name says behind the measure's
 * @param unit its unit
 * @param better whether more or less of it is wanted
 * @param column its place among the figures of a round
 * @param scale what a round's figure is divided by to be in that unit
 * @param goals the ratio wanted, by the peer's name
 * @param limits fixed targets beside the peers, for some placements
 */
record Figure(
        String suffix,
        String unit,
        Row.Better better,
        int column,
        double scale,
        Map<String, Goal> goals,
        Map<Placement, Double> limits) {

    /**
     * The ratio of ours to the peer's that is wanted.
     *
     * @param fast while the cores share a cache
     * @param slow while they do not
     */
    record Goal(double fast, double slow) {
        /** The figures stand beside each other, and nothing is wanted of their ratio. */
        static final Goal STATED = always(Row.NO_GOAL);

        static Goal always(double ratio) {
            return new Goal(ratio, ratio);
        }

        double in(Placement placement) {
            return placement == Placement.FAST ? fast : slow;
        }
    }
}
