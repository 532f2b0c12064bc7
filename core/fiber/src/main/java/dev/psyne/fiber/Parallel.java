package dev.psyne.fiber;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Loops over ranges, tiles, arrays and trees on a scheduler's workers, and reductions of them. The caller takes part and a
 * method returns when everything has run; what the bodies wrote is visible then. May be called from jobs and from any
 * other thread, by several at once; loops may be nested and bodies may wait.
 *
 * <p>Where no grain is given it is chosen from what the first pieces cost: pieces grow to about 20 µs, a loop that is over
 * within 10 µs stays with the caller, and a loop of few indices (fewer than 8 for each worker) is shared out at once.
 *
 * <p>All methods throw {@link JobFailedException} if a body failed, with what it threw as the cause (of several failures,
 * one); no further piece begins then. They throw {@link JobRejectedException} if the scheduler is closed.
 *
 * <pre>{@code
 * Parallel parallel = Parallel.on(scheduler);
 * parallel.forEach(0, prices.length, (from, to) -> {
 *     for (int i = from; i < to; i++) {
 *         prices[i] *= 1.19;
 *     }
 * });
 * }</pre>
 */
public final class Parallel {
    /** The most pieces of an ordered reduction: its results wait in memory for their neighbours, 8 to 12 bytes each. */
    public static final int MAX_ORDERED_PIECES = 1 << 20;

    private final Scheduler scheduler;

    private Parallel(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Loops on the workers of this scheduler. Holds nothing else, so it need not be closed. */
    public static Parallel on(Scheduler scheduler) {
        return new Parallel(Objects.requireNonNull(scheduler));
    }

    /**
     * Runs {@code body} for every index from {@code begin} (included) to {@code end} (excluded), in pieces.
     *
     * @throws IllegalArgumentException if {@code begin} is after {@code end}
     */
    public void forEach(int begin, int end, RangeBody body) {
        checkRange(begin, end);
        new MeasuredLoop(scheduler, begin, end, new MeasuredGrain(), Objects.requireNonNull(body)).run();
    }

    /**
     * As {@link Scheduler#parallelFor}: runs {@code body} in pieces of {@code grain} indices.
     *
     * @throws IllegalArgumentException if {@code grain} is not positive or {@code begin} is after {@code end}
     */
    public void forEach(int begin, int end, int grain, RangeBody body) {
        scheduler.parallelFor(begin, end, grain, body);
    }

    /**
     * Cuts an area into tiles (those at the far sides may be smaller) and runs {@code body} once for each. Tiles next to
     * each other in X come after one another; how many make a piece is chosen.
     *
     * @throws IllegalArgumentException if a side of a tile is not positive, or there are more than 2<sup>31</sup>-1 tiles
     */
    public void forEachTile(Tile area, int tileWidth, int tileHeight, Consumer<? super Tile> body) {
        Objects.requireNonNull(body);
        Axis x = new Axis(area.fromX(), area.toX(), tileWidth);
        Axis y = new Axis(area.fromY(), area.toY(), tileHeight);
        forEach(0, Axis.product(x, y), (from, to) -> {
            for (int i = from; i < to; i++) {
                int column = i % x.count();
                int row = i / x.count();
                body.accept(new Tile(x.begin(column), y.begin(row), x.end(column), y.end(row)));
            }
        });
    }

    /**
     * Cuts a space into boxes (those at the far sides may be smaller) and runs {@code body} once for each, in the manner of
     * {@link #forEachTile}.
     *
     * @throws IllegalArgumentException if a side of a box is not positive, or there are more than 2<sup>31</sup>-1 boxes
     */
    public void forEachBox(Box space, int boxWidth, int boxHeight, int boxDepth, Consumer<? super Box> body) {
        Objects.requireNonNull(body);
        Axis x = new Axis(space.fromX(), space.toX(), boxWidth);
        Axis y = new Axis(space.fromY(), space.toY(), boxHeight);
        Axis z = new Axis(space.fromZ(), space.toZ(), boxDepth);
        forEach(0, Axis.product(x, y, z), (from, to) -> {
            for (int i = from; i < to; i++) {
                int column = i % x.count();
                int row = i / x.count() % y.count();
                int layer = i / x.count() / y.count();
                body.accept(new Box(
                        x.begin(column), y.begin(row), z.begin(layer), x.end(column), y.end(row), z.end(layer)));
            }
        });
    }

    /**
     * Runs {@code body} for every node, level by level from the roots, each level in pieces. A level so short that others
     * would not be worth calling stays with the caller, so a deep tree of few nodes costs little more than a plain loop.
     */
    public void forEachNode(Hierarchy hierarchy, NodeBody body) {
        Objects.requireNonNull(body);
        // One grain for all levels: what the first ones cost tells which of the next are worth sharing.
        MeasuredGrain grain = new MeasuredGrain();
        RangeBody pieces = (from, to) -> hierarchy.run(from, to, body);
        for (int level = 0; level < hierarchy.levels(); level++) {
            new MeasuredLoop(scheduler, hierarchy.levelBegin(level), hierarchy.levelEnd(level), grain, pieces).run();
        }
    }

    /**
     * The results of {@code function} for every index from {@code begin} to {@code end}, in their order, in the array that
     * {@code array} makes for their number ({@code String[]::new}).
     *
     * @throws IllegalArgumentException if {@code begin} is after {@code end} or the range is longer than an array may be
     */
    public <T> T[] map(int begin, int end, IntFunction<? extends T> function, IntFunction<T[]> array) {
        Objects.requireNonNull(function);
        Axis.check("the range", begin, end);
        T[] results = array.apply(end - begin);
        forEach(begin, end, (from, to) -> {
            for (int i = from; i < to; i++) {
                results[i - begin] = function.apply(i);
            }
        });
        return results;
    }

    /** The results of {@code function} for every element, in their order, in the array that {@code array} makes. */
    public <S, T> T[] map(S[] source, Function<? super S, ? extends T> function, IntFunction<T[]> array) {
        Objects.requireNonNull(function);
        return map(0, source.length, i -> function.apply(source[i]), array);
    }

    /**
     * Combines the results of all pieces in any order: {@code combine} must be associative and commutative. A sum of
     * floating-point numbers is not quite, so it differs from run to run; see {@link #reduceInOrder}.
     *
     * @param identity the result of an empty range, otherwise not used
     * @throws IllegalArgumentException if {@code begin} is after {@code end}
     */
    public <T> T reduce(int begin, int end, T identity, RangeFunction<? extends T> piece, BinaryOperator<T> combine) {
        Objects.requireNonNull(identity);
        AtomicReference<@Nullable T> total = new AtomicReference<>();
        forEach(begin, end, (from, to) -> {
            T mine = Objects.requireNonNull(piece.apply(from, to), "a piece has no result");
            while (!total.compareAndSet(null, mine)) {
                T other = total.getAndSet(null);
                if (other != null) {
                    mine = Objects.requireNonNull(combine.apply(other, mine), "two results combined to none");
                }
            }
        });
        T result = total.get();
        return result == null ? identity : result;
    }

    /**
     * Combines the results of pieces of {@code grain} indices in a fixed tree: neighbours first, the left always before the
     * right. The result depends on the range, the grain and the functions alone: a sum of floating-point numbers is the
     * same bit for bit with any number of workers. {@code combine} runs on any worker.
     *
     * @param identity the result of an empty range, otherwise not used
     * @throws IllegalArgumentException if {@code grain} is not positive or makes more than {@link #MAX_ORDERED_PIECES}, or
     *     {@code begin} is after {@code end}
     */
    public <T> T reduceInOrder(
            int begin, int end, int grain, T identity, RangeFunction<? extends T> piece, BinaryOperator<T> combine) {
        Objects.requireNonNull(identity);
        checkRange(begin, end);
        int pieces = orderedPieces((long) end - begin, grain);
        if (pieces == 0) {
            return identity;
        }
        OrderedReduction<T> reduction = new OrderedReduction<>(pieces, combine);
        forEach(0, pieces, (from, to) -> {
            for (int i = from; i < to; i++) {
                long first = begin + (long) i * grain;
                reduction.accept(i, piece.apply((int) first, (int) Math.min(first + grain, end)));
            }
        });
        return reduction.result();
    }

    private static int orderedPieces(long indices, int grain) {
        if (grain <= 0) {
            throw new IllegalArgumentException("grain must be positive: " + grain);
        }
        long pieces = Math.ceilDiv(indices, grain);
        if (pieces > MAX_ORDERED_PIECES) {
            throw new IllegalArgumentException("a grain of " + grain + " makes " + pieces + " pieces, more than "
                    + MAX_ORDERED_PIECES + "; it must be at least " + Math.ceilDiv(indices, MAX_ORDERED_PIECES));
        }
        return (int) pieces;
    }

    private static void checkRange(int begin, int end) {
        if (begin > end) {
            throw new IllegalArgumentException("begin " + begin + " is after end " + end);
        }
    }
}
