package dev.psyne.fiber;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A loop that chooses its grain while it runs. Lanes, one for each worker at most, claim pieces from a shared cursor; each
 * piece is timed and sets the size of the next. Towards the end pieces get smaller, so that the lanes end together (guided
 * self-scheduling: Polychronopoulos and Kuck, IEEE Transactions on Computers C-36, 1987).
 */
final class MeasuredLoop {
    /** A loop with fewer indices for each worker is shared out at once: indices so few may well be long ones. */
    private static final int PROBED_INDICES_PER_WORKER = 8;

    /** The caller works alone so long before it calls for others, which costs about as much. */
    private static final long PROBE_NANOS = 10_000;

    /** What is left is thought of as so many pieces for each worker at least. */
    private static final int PIECES_LEFT_PER_WORKER = 2;

    /** A piece at the end is no smaller than this part of the grain. */
    private static final int SMALLEST_PART = 16;

    private final Scheduler scheduler;
    private final AtomicInteger next;
    private final int end;
    private final MeasuredGrain grain;
    private final RangeBody body;

    MeasuredLoop(Scheduler scheduler, int begin, int end, MeasuredGrain grain, RangeBody body) {
        this.scheduler = scheduler;
        this.next = new AtomicInteger(begin);
        this.end = end;
        this.grain = grain;
        this.body = body;
    }

    /** Runs the loop to its end; throws what {@link Scheduler#parallelFor} throws. */
    void run() {
        boolean many = remaining() >= (long) PROBED_INDICES_PER_WORKER * scheduler.workers();
        if (lanes() == 1 || (many && !grain.settled())) {
            // A loop of one piece: it never leaves the caller, and fails or is refused as every loop.
            scheduler.parallelFor(0, 1, 1, (from, to) -> probe());
        }
        if (remaining() > 0) {
            scheduler.parallelFor(0, lanes(), 1, (from, to) -> runLane());
        }
    }

    private void probe() {
        long start = System.nanoTime();
        long now = start;
        while (remaining() > 0 && now - start < PROBE_NANOS) {
            int from = next.get();
            int count = (int) Math.min(remaining(), grain.indices());
            next.set(from + count);
            now = runPiece(from, count, now);
        }
    }

    private void runLane() {
        long now = System.nanoTime();
        int from = next.get();
        while (from != end) {
            int count = fairPiece((long) end - from);
            if (next.compareAndSet(from, from + count)) {
                now = runPiece(from, count, now);
            }
            from = next.get();
        }
    }

    /** Returns when the piece ended, on the clock by which it began at {@code start}. */
    private long runPiece(int from, int count, long start) {
        try {
            body.run(from, from + count);
        } catch (Throwable thrown) {
            next.set(end);
            throw thrown;
        }
        long now = System.nanoTime();
        grain.measured(count, now - start);
        return now;
    }

    private int fairPiece(long remaining) {
        int fitting = grain.indices();
        long share = remaining / ((long) PIECES_LEFT_PER_WORKER * scheduler.workers());
        long least = Math.max(1, fitting / SMALLEST_PART);
        return (int) Math.min(remaining, Math.clamp(share, least, fitting));
    }

    private int lanes() {
        long pieces = Math.ceilDiv(remaining(), grain.indices());
        return (int) Math.clamp(pieces, 1, scheduler.workers());
    }

    private long remaining() {
        return (long) end - next.get();
    }
}
