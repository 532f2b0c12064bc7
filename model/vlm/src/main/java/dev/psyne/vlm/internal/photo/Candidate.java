package dev.psyne.vlm.internal.photo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A cell that may show a thing.
 *
 * @param name its likeliest name
 * @param score the probability of that name
 * @param chances the probabilities of all names
 * @param edges left, top, right and bottom in pixels of the picture's part of the square
 */
// An array compares by identity, which is what candidates should do.
@SuppressWarnings("ArrayRecordComponent")
record Candidate(int name, float score, float[] chances, float[] edges) {
    private static final Comparator<Candidate> LIKELIEST =
            Comparator.comparingDouble(Candidate::score).reversed();

    float width() {
        return edges[2] - edges[0];
    }

    float height() {
        return edges[3] - edges[1];
    }

    /** Intersection over union. */
    float overlap(Candidate other) {
        float width = Math.min(edges[2], other.edges[2]) - Math.max(edges[0], other.edges[0]);
        float height = Math.min(edges[3], other.edges[3]) - Math.max(edges[1], other.edges[1]);
        if (width <= 0 || height <= 0) {
            return 0;
        }
        float common = width * height;
        return common / (width() * height() + other.width() * other.height() - common);
    }

    /**
     * The likeliest of each name where several of it overlap too much, likeliest first.
     *
     * @param most of them
     */
    static List<Candidate> distinct(List<Candidate> candidates, double overlap, int most) {
        List<Candidate> sorted = new ArrayList<>(candidates);
        sorted.sort(LIKELIEST);
        List<Candidate> kept = new ArrayList<>();
        for (Candidate candidate : sorted) {
            if (kept.size() == most) {
                break;
            }
            boolean isKnown =
                    kept.stream().anyMatch(other -> other.name == candidate.name && other.overlap(candidate) > overlap);
            if (!isKnown) {
                kept.add(candidate);
            }
        }
        return kept;
    }

    /** The likeliest names. */
    List<PhotoThing.Guess> guesses(int most) {
        List<PhotoThing.Guess> guesses = new ArrayList<>();
        boolean[] isTaken = new boolean[chances.length];
        while (guesses.size() < Math.min(most, chances.length)) {
            int best = -1;
            for (int i = 0; i < chances.length; i++) {
                if (!isTaken[i] && (best < 0 || chances[i] > chances[best])) {
                    best = i;
                }
            }
            isTaken[best] = true;
            guesses.add(new PhotoThing.Guess(best, chances[best]));
        }
        return guesses;
    }
}
