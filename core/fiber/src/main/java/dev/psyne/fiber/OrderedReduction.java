package dev.psyne.fiber;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Combines the results of fixed pieces in a fixed tree, whichever order they come in. A piece goes up from its leaf; of two
 * siblings the one that comes second combines both and goes on, so nobody waits and no level is a barrier.
 *
 * <pre>
 *   level 2          0-4            A node is stored at the place of its leftmost leaf. Where its right child
 *                  /     \          begins (2 for the root's here, 1 and 3 below) is a number no other node
 *   level 1     0-2       2-4       has: there stands whether one of its children has come.
 *               / \       / \
 *   level 0    0   1     2   3
 * </pre>
 */
final class OrderedReduction<T> {
    private final int leaves;
    private final BinaryOperator<T> combine;
    private final AtomicReferenceArray<@Nullable T> results;
    private final AtomicIntegerArray arrived;

    OrderedReduction(int leaves, BinaryOperator<T> combine) {
        this.leaves = leaves;
        this.combine = combine;
        this.results = new AtomicReferenceArray<>(leaves);
        this.arrived = new AtomicIntegerArray(leaves);
    }

    /** Takes the result of a leaf; each leaf comes once. */
    void accept(int leaf, T result) {
        T value = Objects.requireNonNull(result, "a piece has no result");
        int index = leaf;
        for (int stride = 1; stride < leaves; stride *= 2, index >>= 1) {
            long right = (long) (index | 1) * stride;
            if (right < leaves) {
                int left = (index & ~1) * stride;
                results.setPlain(index * stride, value);
                if (arrived.getAndSet((int) right, 1) == 0) {
                    return;
                }
                value = Objects.requireNonNull(
                        combine.apply(take(left), take((int) right)), "two results combined to none");
            }
        }
        results.set(0, value);
    }

    /** The result of all leaves, once all have come. */
    T result() {
        return take(0);
    }

    private T take(int place) {
        T value = Objects.requireNonNull(results.getPlain(place));
        results.setPlain(place, null);
        return value;
    }
}
