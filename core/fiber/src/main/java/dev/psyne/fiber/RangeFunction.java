package dev.psyne.fiber;

/**
 * Makes one result of the indices {@code from} (included) to {@code to} (excluded), on any worker.
 *
 * @param <T> the result, never null
 */
@FunctionalInterface
public interface RangeFunction<T> {
    T apply(int from, int to);
}
