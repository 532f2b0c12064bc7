package dev.psyne.fiber;

/** The body of a parallel loop: runs for the indices {@code from} (included) to {@code to} (excluded), on any worker. */
@FunctionalInterface
public interface RangeBody {
    void run(int from, int to);
}
