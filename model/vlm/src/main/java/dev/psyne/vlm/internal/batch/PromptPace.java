package dev.psyne.vlm.internal.batch;

/**
 * How many rows of prompts go with a step, so that those who wait for their next token do not wait much longer than
 * without them. Learns from the times of the steps before.
 */
final class PromptPace {
    /** What prompts may add to a step, as a part of its time without them. */
    private static final double SHARE = 1.0;

    /** Weight of the last step against those before. */
    private static final double LEARNING = 0.25;

    private static final int FIRST_ROWS = 16;
    private static final int FEWEST_ROWS = 4;

    private final int most;
    private double decodeNanos;
    private double rowNanos;

    PromptPace(int most) {
        this.most = most;
    }

    /** Rows of prompts for the next step. */
    int rows(int decoding) {
        if (decoding == 0) {
            return most;
        }
        if (decodeNanos == 0 || rowNanos == 0) {
            return Math.min(most, FIRST_ROWS);
        }
        return (int) Math.clamp(SHARE * decodeNanos / rowNanos, Math.min(most, FEWEST_ROWS), most);
    }

    /** Tells of a step. */
    void took(int decoding, int rows, long nanos) {
        if (rows == 0) {
            decodeNanos = mean(decodeNanos, nanos);
        } else if (decoding == 0) {
            rowNanos = mean(rowNanos, (double) nanos / rows);
        } else if (decodeNanos > 0) {
            rowNanos = mean(rowNanos, Math.max(0, nanos - decodeNanos) / rows);
        }
    }

    private static double mean(double before, double last) {
        return before == 0 ? last : before + LEARNING * (last - before);
    }
}
