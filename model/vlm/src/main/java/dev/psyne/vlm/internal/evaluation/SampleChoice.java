package dev.psyne.vlm.internal.evaluation;

import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * A few right and a few wrong answers, drawn by a seed: those whose rows mix to the lowest numbers, whatever order they come
 * in.
 */
final class SampleChoice {
    /** Most of each. */
    static final int MAX_SAMPLES = 12;

    /**
     * An answer.
     *
     * @param row of the question
     * @param units its accuracy
     * @param line what was answered
     */
    record Sample(int row, long units, JournalLine line) {}

    private final long seed;
    private final NavigableSet<Sample> right;
    private final NavigableSet<Sample> wrong;

    SampleChoice(long seed) {
        this.seed = seed;
        Comparator<Sample> order =
                Comparator.<Sample>comparingLong(sample -> mixed(sample.row())).thenComparingInt(Sample::row);
        this.right = new TreeSet<>(order);
        this.wrong = new TreeSet<>(order);
    }

    /** Looks at an answer: right for more than half of the accuracy, wrong for none. */
    void offer(Sample sample) {
        if (2 * sample.units() > Metric.UNITS) {
            keep(right, sample);
        } else if (sample.units() == 0) {
            keep(wrong, sample);
        }
    }

    private static void keep(NavigableSet<Sample> samples, Sample sample) {
        samples.add(sample);
        if (samples.size() > MAX_SAMPLES) {
            samples.pollLast();
        }
    }

    List<Sample> right() {
        return List.copyOf(right);
    }

    List<Sample> wrong() {
        return List.copyOf(wrong);
    }

    /** The finaliser of SplitMix64 (Steele et al., 2014). */
    private long mixed(int row) {
        long z = seed * 0x9E3779B97F4A7C15L + row;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
