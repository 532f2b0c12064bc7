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
        double largest = logits[likeliest(logits, 0, logits.length)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp((logit - largest) / temperature);
        }
        double probability = Math.exp((logits[token] - largest) / temperature) / sum;
        return Double.isNaN(probability) ? 0 : probability;
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
        return draw(candidates, temperature);
    }

    private int draw(int candidates, double temperature) {
        int kept = sampling.topK() == Sampling.ALL_TOKENS ? candidates : Math.min(candidates, sampling.topK());
        int sorted = 0;
        double reach = temperature;
        while (sorted < kept && kept < candidates) {
            sorted = sort(sorted, candidates, reach);
            reach *= 2;
        }
        double nucleus = 0;
        for (int i = 0; i < kept; i++) {
            nucleus += weight(order[i], temperature);
        }
        int size = kept;
        if (sampling.topP() < 1) {
            double wanted = sampling.topP() * nucleus;
            nucleus = 0;
            for (size = 0; size < kept && nucleus < wanted; size++) {
                for (; sorted <= size; reach *= 2) {
                    sorted = sort(sorted, kept, reach);
                }
                nucleus += weight(order[size], temperature);
            }
        }
        return draw(size, nucleus, temperature);
    }

    private int draw(int size, double nucleus, double temperature) {
        double point = random.nextDouble() * nucleus;
        for (int i = 0; i < size; i++) {
            point -= weight(order[i], temperature);
            if (point < 0) {
                return (int) order[i];
            }
        }
        return size == 0 ? 0 : (int) order[size - 1];
    }

    /**
     * Brings those up to a distance before the others, and sorts them: most vocabularies are far away, where nobody asks
     * for an order.
     *
     * @param from the first that is not in order yet
     * @return the first that is not in order now
     */
    private int sort(int from, int to, double reach) {
        int near = from;
        for (int i = from; i < to; i++) {
            if (distance(order[i]) <= reach) {
                long candidate = order[i];
                order[i] = order[near];
                order[near++] = candidate;
            }
        }
        Arrays.sort(order, from, near);
        return near;
    }

    private static float distance(long candidate) {
        return Float.intBitsToFloat((int) (candidate >>> Integer.SIZE));
    }

    private static double weight(long candidate, double temperature) {
        return Math.exp(-distance(candidate) / temperature);
    }
}
