package dev.psyne.bench.memory;

import java.util.Arrays;

/** Contestants that take turns, so that what the machine does meanwhile falls on all of them; the median counts. */
final class Rounds {
    private static final int ROUNDS = 5;

    private Rounds() {}

    /** Measures once for a figure, higher is better. */
    @FunctionalInterface
    interface Contestant {
        double measure() throws InterruptedException;
    }

    /** One median for each contestant, after one round to warm up. */
    static double[] medians(Contestant... contestants) throws InterruptedException {
        double[][] figures = new double[contestants.length][ROUNDS];
        for (int round = -1; round < ROUNDS; round++) {
            for (int i = 0; i < contestants.length; i++) {
                double figure = contestants[i].measure();
                if (round >= 0) {
                    figures[i][round] = figure;
                }
            }
        }
        return Arrays.stream(figures).mapToDouble(Rounds::median).toArray();
    }

    private static double median(double[] figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
