package dev.psyne.telemetry;

/**
 * One figure of a node: a counter that only grows or a gauge that is set. Lock-free and without allocation; any number of
 * threads may add at once and no addition is lost. After its {@link Meters} are closed every method throws
 * IllegalStateException.
 */
public interface Meter {
    /**
     * Adds to the figure.
     *
     * @throws IllegalArgumentException if the meter is a counter and the amount is negative
     */
    void add(long amount);

    /** Adds one. */
    default void increment() {
        add(1);
    }

    /**
     * Sets the figure. A counter may be set forward only, so that it can mirror a count kept elsewhere.
     *
     * @throws IllegalArgumentException if the meter is a counter and the value is less than its own
     */
    void set(long value);

    /** The figure now. */
    long value();
}
