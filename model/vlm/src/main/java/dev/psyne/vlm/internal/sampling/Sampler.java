package dev.psyne.vlm.internal.sampling;

import dev.psyne.vlm.Sampling;
import java.util.Arrays;
import java.util.Random;

/** Chooses tokens from logits as a {@link Sampling} says. One answer's; not shared. */
public final class Sampler {
    /** What is so many powers of e less likely than the likeliest is as good as impossible. */
    private static final double NEGLIGIBLE = 40;

    private final Sampling sampling;
    private final Random random;

    /** By distance from the likeliest, then by id: the distance's bits order as an integer. */
    private long[] order = new long[64];

    /** A sampler at the beginning of its random numbers. */
    public Sampler(Sampling sampling) {
        this.sampling = sampling;
        this.random = new Random(sampling.seed());
    }

    /** Chooses from all logits of an array. */
    public int choose(float[] logits) {
        return choose(logits, 0, logits.length);
    }

    /** Chooses from {@code count} logits. */
    public int choose(float[] logits, int from, int count) {
        int likeliest = likeliest(logits, from, count);
        return sampling.temperature() == 0 ? likeliest : sample(logits, from, count, logits[from + likeliest]);
    }

    /** The index of the largest, the lowest if several are. */
    public static int likeliest(float[] logits, int from, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (logits[from + i] > logits[from + best]) {
                best = i;
            }
        }
        return best;
    }

    /** The probability of a token under logits divided by a temperature; 0 if the logits are no numbers. */
    public static double probability(float[] logits, int token, double temperature) {
        double logarithm = logits[token] / temperature - logSum(logits, 0, logits.length, temperature);
        double probability = Math.exp(logarithm);
        return Double.isNaN(probability) ? 0 : probability;
    }

    /** The logarithm of the sum of the powers of e to logits divided by a temperature. */
    public static double logSum(float[] logits, int from, int count, double temperature) {
        double largest = logits[from + likeliest(logits, from, count)];
        double least = largest - NEGLIGIBLE * temperature;
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            // A logit that is no number shall be seen in the sum.
            if (!(logits[i] < least)) {
                sum += Math.exp((logits[i] - largest) / temperature);
            }
        }
        return largest / temperature + Math.log(sum);
    }

    private int sample(float[] logits, int from, int count, float largest) {
        double temperature = sampling.temperature();
        double reach = NEGLIGIBLE * temperature;
        if (sampling.minP() > 0) {
            reach = Math.min(reach, -Math.log(sampling.minP()) * temperature);
        }
        int candidates = 0;
        for (int i = 0; i < count; i++) {
            float distance = largest - logits[from + i];
            if (distance <= reach) {
                if (candidates == order.length) {
                    order = Arrays.copyOf(order, 2 * candidates);
                }
                order[candidates++] = (long) Float.floatToIntBits(Math.max(0f, distance)) << Integer.SIZE | i;
            }
        }
        Arrays.sort(order, 0, candidates);
        int kept = sampling.topK() == Sampling.ALL_TOKENS ? candidates : Math.min(candidates, sampling.topK());
        double total = 0;
        for (int i = 0; i < kept; i++) {
            total += weight(order[i], temperature);
        }
        double nucleus = 0;
        int size = 0;
        while (size < kept && nucleus < sampling.topP() * total) {
            nucleus += weight(order[size++], temperature);
        }
        double point = random.nextDouble() * nucleus;
        for (int i = 0; i < size; i++) {
            point -= weight(order[i], temperature);
            if (point < 0) {
                return (int) order[i];
            }
        }
        return size == 0 ? 0 : (int) order[size - 1];
    }

    private static double weight(long candidate, double temperature) {
        return Math.exp(-Float.intBitsToFloat((int) (candidate >>> Integer.SIZE)) / temperature);
    }
}
