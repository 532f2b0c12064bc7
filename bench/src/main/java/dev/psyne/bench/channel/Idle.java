package dev.psyne.bench.channel;

/**
 * What a thread does while its ring is full or empty: it spins, and gives its core away now and then if there are more
 * threads than cores. The same for every contender. One thread each.
 */
final class Idle {
    private static final int SPINS_BEFORE_YIELD = 100;

    private final boolean yields;
    private int turns;

    Idle(int threads) {
        this.yields = threads > Runtime.getRuntime().availableProcessors();
    }

    void idle() {
        if (yields && ++turns >= SPINS_BEFORE_YIELD) {
            turns = 0;
            Thread.yield();
        } else {
            Thread.onSpinWait();
        }
    }
}
