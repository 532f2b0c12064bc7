package dev.psyne.bench.channel;

import java.io.IOException;

/** Somebody who moves messages: ours, or a peer. */
interface Contender extends AutoCloseable {
    /**
     * Moves that many messages and returns the figures, see {@link SharedRingRounds} and {@link LinkRole}.
     *
     * @throws IOException if a process of the contender ended or did not answer
     */
    double[] round(long count) throws IOException, InterruptedException;

    /** Processor time its processes have used so far, in nanoseconds. */
    long processorNanos();

    @Override
    void close() throws IOException;
}
