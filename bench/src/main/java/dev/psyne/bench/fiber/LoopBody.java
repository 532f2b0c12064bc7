package dev.psyne.bench.fiber;

/** What a loop does for each index; three of them in one JVM, so that none is inlined for good. */
enum LoopBody {
    /** A multiplication. */
    MULTIPLY("1 ns") {
        @Override
        long of(int index) {
            return index * 0x9E3779B97F4A7C15L;
        }
    },

    /** Ten dependent multiplications. */
    MIX("10 ns") {
        @Override
        long of(int index) {
            return mix(index, 10);
        }
    },

    /** A hundred dependent multiplications. */
    CHURN("100 ns") {
        @Override
        long of(int index) {
            return mix(index, 100);
        }
    };

    private final String cost;

    LoopBody(String cost) {
        this.cost = cost;
    }

    abstract long of(int index);

    String label() {
        return cost + " each";
    }

    static long mix(long seed, int turns) {
        long value = seed;
        for (int turn = 0; turn < turns; turn++) {
            value = (value ^ value >>> 29) * 0x9E3779B97F4A7C15L;
        }
        return value;
    }
}
