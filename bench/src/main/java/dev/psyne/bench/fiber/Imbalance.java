package dev.psyne.bench.fiber;

/** How many items a loop has, and where those are that cost a hundred times as much as the others. */
enum Imbalance {
    SMALL(1_000, 1.0, "1 k"),
    MEDIUM(10_000, 1.0, "10 k"),
    LARGE(100_000, 1.0, "100 k"),

    /** The dear ones stand together at the front. */
    CLUSTERED(100_000, 1.5, "100 k clustered");

    private static final int DEAR_EVERY = 100;

    private final int items;
    private final double goal;
    private final String label;

    Imbalance(int items, double goal, String label) {
        this.items = items;
        this.goal = goal;
        this.label = label;
    }

    int items() {
        return items;
    }

    double goal() {
        return goal;
    }

    String label() {
        return label;
    }

    boolean isDear(int item) {
        return this == CLUSTERED ? item < items / DEAR_EVERY : item % DEAR_EVERY == 0;
    }
}
