package dev.psyne.fiber;

/** For what the workers of a scheduler are tuned. */
public enum Preset {
    /** An idle worker looks around for some microseconds and then sleeps. */
    THROUGHPUT(0),

    /**
     * One idle worker keeps looking for 20 milliseconds before it sleeps, so that work which comes every frame finds it
     * awake; that costs a core meanwhile.
     */
    LATENCY(20_000_000);

    private final long longestSpinNanos;

    Preset(long longestSpinNanos) {
        this.longestSpinNanos = longestSpinNanos;
    }

    /** How long the one worker that looks for work keeps looking at least. */
    long longestSpinNanos() {
        return longestSpinNanos;
    }
}
