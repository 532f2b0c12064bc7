package dev.psyne.tensor;

/**
 * How the keys and values of attention lie in memory: in pages of {@value #PAGE_POSITIONS} positions for all layers. Heads
 * of queries share the keys and values of a group (Ainslie et al., 2023, grouped-query attention).
 *
 * <pre>
 *   page:   [layers][heads] of
 *     keys:   [headWidth][PAGE_POSITIONS]   so that the scores of a page are whole vectors
 *     values: [PAGE_POSITIONS][headWidth]
 * </pre>
 *
 * @param layers of the model
 * @param heads of keys and values
 * @param headWidth floats of one head's key, and of its value
 */
public record KeyValueShape(int layers, int heads, int headWidth) {
    /** Positions of a page: a whole number of vectors of any machine. */
    public static final int PAGE_POSITIONS = 32;

    /** Checks that a page fits an array. */
    public KeyValueShape {
        if (layers < 1 || heads < 1 || headWidth < 1) {
            throw new IllegalArgumentException(layers + " layers of " + heads + " heads of " + headWidth);
        }
        long floats = 2L * PAGE_POSITIONS * layers * heads * headWidth;
        if (floats > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("a page of " + layers + " layers of " + heads + " heads of " + headWidth
                    + " has " + floats + " floats, more than an array holds");
        }
    }

    /** Floats of a page. */
    public int pageFloats() {
        return 2 * PAGE_POSITIONS * layers * heads * headWidth;
    }

    /** Floats of a key of all heads. */
    public int width() {
        return heads * headWidth;
    }

    /** Pages that hold so many positions. */
    public int pages(int positions) {
        return (positions + PAGE_POSITIONS - 1) / PAGE_POSITIONS;
    }

    /** Index of the first key of a head in a page. */
    int keysAt(int layer, int head) {
        return 2 * (layer * heads + head) * headWidth * PAGE_POSITIONS;
    }

    /** Index of the first value of a head in a page. */
    int valuesAt(int layer, int head) {
        return keysAt(layer, head) + headWidth * PAGE_POSITIONS;
    }
}
