package dev.psyne.vlm;

import java.util.Arrays;
import java.util.Random;

/** Chooses tokens from logits as a {@link Sampling} says. One answer's; not shared. */
final class Sampler {
    private final Sampling sampling;
    private final Random random;
    private final double[] weights;
    private final long[] order;

    Sampler(Sampling sampling, int vocabulary) {
        this.sampling = sampling;
        this.random = new Random(sampling.seed());
        boolean greedy = sampling.temperature() == 0;
        this.weights = new double[greedy ? 0 : vocabulary];
        this.order = new long[greedy ? 0 : vocabulary];
    }

    int choose(float[] logits) {
        return sampling.temperature() == 0 ? likeliest(logits) : sample(logits);
    }

    /** The index of the largest, the lowest if several are. */
    static int likeliest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    /** The probability of a token under logits divided by a temperature; 0 if the logits are no numbers. */
    static double probability(float[] logits, int token, double temperature) {
        double largest = logits[likeliest(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp((logit - largest) / temperature);
        }
        double probability = Math.exp((logits[token] - largest) / temperature) / sum;
        return Double.isNaN(probability) ? 0 : probability;
    }

    private int sample(float[] logits) {
        double largest = logits[likeliest(logits)];
        double total = 0;
        for (int i = 0; i < logits.length; i++) {
            weights[i] = Math.exp((logits[i] - largest) / sampling.temperature());
            total += weights[i];
            // Ascending by distance from the largest logit, then by id: the distance's bits order as an integer.
            order[i] = (long) Float.floatToIntBits((float) (largest - logits[i])) << Integer.SIZE | i;
        }
        Arrays.sort(order);
        double kept = 0;
        int count = 0;
        while (count < order.length && kept < sampling.topP() * total) {
            kept += weights[(int) order[count++]];
        }
        double point = random.nextDouble() * kept;
        for (int i = 0; i < count; i++) {
            point -= weights[(int) order[i]];
            if (point < 0) {
                return (int) order[i];
            }
        }
        return (int) order[Math.max(0, count - 1)];
    }
}
