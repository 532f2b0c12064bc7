package dev.psyne.fiber;

/** One direction of a tiled area: the indices {@code from} to {@code to}, cut into steps; the last may be shorter. */
record Axis(int from, int to, int step) {
    Axis {
        if (step < 1) {
            throw new IllegalArgumentException("a tile must be at least 1 wide in every direction: " + step);
        }
    }

    int count() {
        return Math.ceilDiv(to - from, step);
    }

    int begin(int index) {
        return from + index * step;
    }

    int end(int index) {
        return (int) Math.min((long) begin(index) + step, to);
    }

    /** How many tiles the axes make together. */
    static int product(Axis... axes) {
        long tiles = 1;
        for (Axis axis : axes) {
            tiles *= axis.count();
            if (tiles > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("more than " + Integer.MAX_VALUE + " tiles; take larger ones");
            }
        }
        return (int) tiles;
    }

    /** A span that fits an {@code int}, so that lengths do. */
    static void check(String name, int from, int to) {
        if (from > to || (long) to - from > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(name + " must not end before it begins and be at most "
                    + Integer.MAX_VALUE + " long: " + from + " to " + to);
        }
    }
}
