package dev.psyne.vlm.internal.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.Sampling;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final int DRAWS = 20_000;
    private static final float[] LOGITS = {(float) Math.log(0.1), (float) Math.log(0.6), (float) Math.log(0.3)};

    @Test
    void greedyTakesTheLowestIdOfATie() {
        Sampler sampler = new Sampler(Sampling.greedy());
        assertEquals(1, sampler.choose(new float[] {0, 3, 3, -1}));
    }

    @Test
    void probabilityIsThatOfTheDividedLogits() {
        assertEquals(0.6, Sampler.probability(LOGITS, 1, 1), 1e-6);
        double sum = Math.sqrt(0.1) + Math.sqrt(0.6) + Math.sqrt(0.3);
        assertEquals(Math.sqrt(0.3) / sum, Sampler.probability(LOGITS, 2, 2), 1e-6);
    }

    @Test
    void logitsThatAreNoNumbersHaveNoProbability() {
        assertEquals(0, Sampler.probability(new float[] {Float.NaN, 1}, 0, 1));
    }

    @Test
    void samplesByProbability() {
        int[] counts = draw(Sampling.topP(1, 1, 5));
        assertEquals(0.1, counts[0] / (double) DRAWS, 0.02);
        assertEquals(0.6, counts[1] / (double) DRAWS, 0.02);
        assertEquals(0.3, counts[2] / (double) DRAWS, 0.02);
    }

    @Test
    void topPLeavesTheUnlikelyOut() {
        int[] counts = draw(Sampling.topP(1, 0.85, 5));
        assertEquals(0, counts[0]);
        assertEquals(2.0 / 3, counts[1] / (double) DRAWS, 0.02);
        assertEquals(DRAWS, draw(Sampling.topP(1, 1e-9, 5))[1]);
    }

    @Test
    void theSeedDecides() {
        Sampler first = new Sampler(Sampling.topP(1, 1, 9));
        Sampler second = new Sampler(Sampling.topP(1, 1, 9));
        Sampler third = new Sampler(Sampling.topP(1, 1, 10));
        boolean differs = false;
        for (int i = 0; i < 50; i++) {
            int token = first.choose(LOGITS);
            assertEquals(token, second.choose(LOGITS));
            differs |= token != third.choose(LOGITS);
        }
        assertTrue(differs, "another seed draws otherwise");
    }

    @Test
    void farTokensAreDrawnAsOftenAsTheyAreLikely() {
        float[] logits = new float[40_000];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = i % 1000 == 7 ? 6 : -4;
        }
        Sampler sampler = new Sampler(Sampling.topP(1, 0.7, 3));
        int near = 0;
        for (int i = 0; i < 1000; i++) {
            near += logits[sampler.choose(logits)] == 6 ? 1 : 0;
        }
        assertEquals(1000, near, "forty of e^6 are more than nine parts of ten");
        Sampler all = new Sampler(Sampling.topP(1, 0.99, 3));
        int far = 0;
        for (int i = 0; i < 1000; i++) {
            far += logits[all.choose(logits)] == -4 ? 1 : 0;
        }
        double share = 1 - 40 * Math.exp(6) / (40 * Math.exp(6) + 39_960 * Math.exp(-4)) / 0.99;
        assertEquals(share, far / 1000.0, 0.02);
    }

    @Test
    void topKLeavesTheUnlikelyOut() {
        float[] logits = new float[5000];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = -(i * 7919 % 5000) / 50f;
        }
        Sampler sampler = new Sampler(Sampling.topP(5, 1, 2).withTopK(3));
        Set<Float> drawn = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            drawn.add(logits[sampler.choose(logits)]);
        }
        assertEquals(Set.of(0f, -1 / 50f, -2 / 50f), drawn);
    }

    private static int[] draw(Sampling sampling) {
        Sampler sampler = new Sampler(sampling);
        int[] counts = new int[LOGITS.length];
        for (int i = 0; i < DRAWS; i++) {
            counts[sampler.choose(LOGITS)]++;
        }
        return counts;
    }

    @Test
    void refusesWhatCannotBeSampled() {
        assertThrows(IllegalArgumentException.class, () -> Sampling.topP(-1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> Sampling.topP(Double.NaN, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> Sampling.topP(1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> Sampling.topP(1, 1.1, 0));
        assertThrows(IllegalArgumentException.class, () -> Sampling.greedy().withMaxTokens(0));
        assertThrows(IllegalArgumentException.class, () -> Sampling.greedy().withStop(List.of("")));
    }
}
