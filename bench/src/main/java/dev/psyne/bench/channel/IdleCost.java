package dev.psyne.bench.channel;

import dev.psyne.bench.Row;
import java.io.IOException;
import java.util.Arrays;

/** What channels cost that nobody uses: the processor time of a process that waits on many of them. */
final class IdleCost {
    static final String NAME = "idle, 10000 ipc: channels with a virtual thread waiting on each";

    private static final int CHANNELS = 10_000;
    private static final int ROUNDS = 5;
    private static final long SETTLE_MILLIS = 2_000;
    private static final long ROUND_MILLIS = 10_000;
    private static final double MOST_PERCENT = 1;

    private IdleCost() {}

    /** The median of five rounds of ten seconds, in percent of a core. */
    static Row measure() throws IOException, InterruptedException {
        double[] percents = new double[ROUNDS];
        try (Contender contender =
                ContenderCommands.idle(Measure.OURS, CHANNELS).start().start()) {
            contender.round(SETTLE_MILLIS);
            for (int round = 0; round < ROUNDS; round++) {
                percents[round] = contender.round(ROUND_MILLIS)[0];
            }
        }
        Arrays.sort(percents);
        return Row.target(NAME, "% of core", percents[ROUNDS / 2], MOST_PERCENT);
    }
}
