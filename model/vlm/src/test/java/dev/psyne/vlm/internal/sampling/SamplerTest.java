package dev.psyne.vlm.internal.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.Sampling;
import java.util.List;
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
