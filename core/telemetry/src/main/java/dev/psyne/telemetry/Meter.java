package dev.psyne.telemetry;

/** One figure of a node: a counter that only grows or a gauge that is set. */
public interface Meter {
    void add(long amount);

    void set(long value);

    long value();
}
