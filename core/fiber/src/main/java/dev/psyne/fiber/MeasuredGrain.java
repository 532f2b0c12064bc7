package dev.psyne.fiber;

/**
 * How many indices make a piece of about {@link #PIECE_NANOS}, as the pieces run so far tell. Lanes write it without
 * coordination: the last measurement stands, which is what a loop with uneven indices wants.
 */
final class MeasuredGrain {
    /** A piece this long hides the cost of claiming and timing it, about 0.1 µs, and leaves enough pieces to share out. */
    static final long PIECE_NANOS = 20_000;

    /** Growth from one piece to the next: a body that is not compiled yet, or one cheap index, must not decide alone. */
    private static final int MAX_GROWTH = 4;

    /** A piece shorter than this is mostly the clock's own resolution. */
    private static final long TELLING_NANOS = PIECE_NANOS / 4;

    private volatile int indices = 1;
    private volatile boolean settled;

    int indices() {
        return indices;
    }

    /** Whether the grain is what a piece cost, no longer what growth allowed. */
    boolean settled() {
        return settled;
    }

    /** Learns from a piece of {@code count} indices. */
    void measured(int count, long nanos) {
        int now = indices;
        if (count < now && nanos < TELLING_NANOS) {
            return;
        }
        long fitting = nanos <= 0 ? Integer.MAX_VALUE : count * PIECE_NANOS / nanos;
        long most = (long) MAX_GROWTH * Math.max(count, now);
        indices = (int) Math.clamp(Math.min(fitting, most), 1, Integer.MAX_VALUE);
        if (fitting <= most && !settled) {
            settled = true;
        }
    }
}
