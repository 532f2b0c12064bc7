package dev.psyne.vlm.internal.photo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CandidateTest {
    private static final double OVERLAP = 0.5;

    private static Candidate candidate(int name, float score, float left, float top, float right, float bottom) {
        float[] chances = new float[3];
        chances[name] = score;
        return new Candidate(name, score, chances, new float[] {left, top, right, bottom});
    }

    @Test
    void overlapIsTheSharedPartOfBoth() {
        Candidate one = candidate(0, 1, 0, 0, 10, 10);
        assertEquals(1, one.overlap(one), 1e-6);
        assertEquals(50f / 150, one.overlap(candidate(0, 1, 5, 0, 15, 10)), 1e-6);
        assertEquals(0, one.overlap(candidate(0, 1, 10, 0, 20, 10)));
        assertEquals(0, one.overlap(candidate(0, 1, 11, 11, 20, 20)));
    }

    @Test
    void keepsTheLikeliestOfOneNameAndOthersBesideIt() {
        Candidate weak = candidate(0, 0.5f, 0, 0, 10, 10);
        Candidate strong = candidate(0, 0.9f, 1, 0, 11, 10);
        Candidate otherName = candidate(1, 0.4f, 1, 0, 11, 10);
        Candidate elsewhere = candidate(0, 0.45f, 30, 0, 40, 10);
        List<Candidate> kept = Candidate.distinct(List.of(weak, otherName, strong, elsewhere), OVERLAP, 16);
        assertEquals(List.of(strong, elsewhere, otherName), kept);
    }

    @Test
    void whatWasDroppedDropsNothing() {
        Candidate first = candidate(0, 0.9f, 0, 0, 10, 10);
        Candidate second = candidate(0, 0.8f, 3, 0, 13, 10);
        Candidate third = candidate(0, 0.7f, 6, 0, 16, 10);
        assertEquals(List.of(first, third), Candidate.distinct(List.of(third, second, first), OVERLAP, 16));
    }

    @Test
    void keepsNoMoreThanAsked() {
        List<Candidate> many = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            many.add(candidate(0, (i + 1) / 50f, 20 * i, 0, 20 * i + 10, 10));
        }
        List<Candidate> kept = Candidate.distinct(many, OVERLAP, 16);
        assertEquals(16, kept.size());
        assertEquals(0.8f, kept.getFirst().score());
    }

    @Test
    void guessesAreTheLikeliestNamesInOrder() {
        Candidate unsure = new Candidate(2, 0.6f, new float[] {0.5f, 0.1f, 0.6f, 0.55f}, new float[4]);
        assertEquals(
                List.of(2, 3, 0),
                unsure.guesses(3).stream().map(PhotoThing.Guess::name).toList());
        assertEquals(4, unsure.guesses(9).size());
    }
}
