package dev.psyne.vlm.internal.photo;

import java.util.List;

/**
 * Something seen in a picture. Immutable.
 *
 * @param guesses what it may be, likeliest first; three of them unless fewer kinds are known
 * @param box where it is
 * @param colour the mean colour of its box
 */
public record PhotoThing(List<Guess> guesses, Box box, Colour colour) {
    /**
     * A kind of thing.
     *
     * @param name index in {@link PhotoTower#names()}
     * @param probability 0 to 1, of each kind apart from the others: those of one thing need not add up to 1
     */
    public record Guess(int name, float probability) {}

    /** Part of a picture in shares of its width and height: 0 is the left or top edge, 1 the right or bottom one. */
    public record Box(float left, float top, float width, float height) {
        /** The share of the picture's area. */
        public float area() {
            return width * height;
        }
    }

    /** A colour in sRGB values of 0 to 1. */
    public record Colour(float red, float green, float blue) {}

    /** Copies the guesses. */
    public PhotoThing {
        if (guesses.isEmpty()) {
            throw new IllegalArgumentException("a thing with no guess what it is");
        }
        guesses = List.copyOf(guesses);
    }

    /** Index of the likeliest name in {@link PhotoTower#names()}. */
    public int name() {
        return guesses.getFirst().name();
    }

    /** The probability of that name. */
    public float score() {
        return guesses.getFirst().probability();
    }
}
