package dev.psyne.bench;

import java.util.Arrays;

/** Contestants that take turns, so that what the machine does meanwhile falls on all of them; the median counts. */
public final class Turns {
    private static final int ROUNDS = 5;

    private static final long WARM_UP_NANOS = 600_000_000;
    private static final int WARM_UP_ROUNDS = 50;

    private Turns() {}

    /** Measures once. */
    @FunctionalInterface
    public interface Contestant {
        /** The figure of one round. */
        double measure() throws InterruptedException;
    }

    /** One median of five rounds for each contestant, after one round to warm up. */
    public static double[] medians(Contestant... contestants) throws InterruptedException {
        return medians(ROUNDS, contestants);
    }

    /** One median of so many rounds for each contestant, after one round to warm up. */
    public static double[] medians(int rounds, Contestant... contestants) throws InterruptedException {
        double[][] figures = new double[contestants.length][rounds];
        for (int round = -1; round < rounds; round++) {
            for (int i = 0; i < contestants.length; i++) {
                double figure = contestants[i].measure();
                if (round >= 0) {
                    figures[i][round] = figure;
                }
            }
        }
        return Arrays.stream(figures).mapToDouble(Turns::median).toArray();
    }

    /** Lets each contestant run for a while: what the JIT compiler has not come to yet is not what is measured. */
    public static void warmUp(Contestant... contestants) throws InterruptedException {
        for (Contestant contestant : contestants) {
            long begin = System.nanoTime();
            for (int round = 0; round < WARM_UP_ROUNDS && System.nanoTime() - begin < WARM_UP_NANOS; round++) {
                contestant.measure();
            }
        }
    }

    private static double median(double[] figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
