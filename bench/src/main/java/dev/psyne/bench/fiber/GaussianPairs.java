package dev.psyne.bench.fiber;

import java.util.Arrays;

/**
 * What the kernel EP of the NAS Parallel Benchmarks computes (Bailey and others, RNR-94-007, 2.2 and 2.3): pairs of Gaussian
 * deviates made of uniform numbers by the acceptance and rejection method, their sums, and how many lie in each square ring.
 */
final class GaussianPairs {
    static final GaussianPairs NONE = new GaussianPairs();

    /** Pairs of uniform numbers tried in one batch. */
    static final int BATCH = 1 << 16;

    private static final long MULTIPLIER = 1_220_703_125L;
    private static final long SEED = 271_828_183L;
    private static final long MODULUS_MASK = (1L << 46) - 1;
    private static final double UNIT = 1.0 / (1L << 46);
    private static final int RINGS = 10;

    private final long[] counts = new long[RINGS];
    private double sumX;
    private double sumY;

    private GaussianPairs() {}

    /** Of the first of each pair. */
    double sumX() {
        return sumX;
    }

    /** Of the second of each pair. */
    double sumY() {
        return sumY;
    }

    /** How many pairs there are whose greater part, without its sign, has this whole part. */
    long count(int ring) {
        return counts[ring];
    }

    GaussianPairs plus(GaussianPairs other) {
        GaussianPairs both = new GaussianPairs();
        both.sumX = sumX + other.sumX;
        both.sumY = sumY + other.sumY;
        Arrays.setAll(both.counts, ring -> counts[ring] + other.counts[ring]);
        return both;
    }

    /** Those of some batches, added up batch by batch. */
    static GaussianPairs ofBatches(int from, int to) {
        GaussianPairs all = NONE;
        for (int batch = from; batch < to; batch++) {
            all = all.plus(ofBatch(batch));
        }
        return all;
    }

    private static GaussianPairs ofBatch(int batch) {
        long state = SEED * power(2L * BATCH * batch) & MODULUS_MASK;
        GaussianPairs pairs = new GaussianPairs();
        for (int pair = 0; pair < BATCH; pair++) {
            state = MULTIPLIER * state & MODULUS_MASK;
            double x = 2 * UNIT * state - 1;
            state = MULTIPLIER * state & MODULUS_MASK;
            double y = 2 * UNIT * state - 1;
            double square = x * x + y * y;
            if (square <= 1) {
                double scale = Math.sqrt(-2 * Math.log(square) / square);
                pairs.add(x * scale, y * scale);
            }
        }
        return pairs;
    }

    private void add(double x, double y) {
        counts[(int) Math.max(Math.abs(x), Math.abs(y))]++;
        sumX += x;
        sumY += y;
    }

    /** The multiplier to this power: the generator so many steps ahead. */
    private static long power(long exponent) {
        long result = 1;
        long square = MULTIPLIER;
        for (long left = exponent; left != 0; left >>= 1) {
            if ((left & 1) != 0) {
                result = result * square & MODULUS_MASK;
            }
            square = square * square & MODULUS_MASK;
        }
        return result;
    }
}
