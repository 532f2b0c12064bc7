package dev.psyne.bench.channel;

/** The rounds of one process of a contender. */
interface Rounds extends AutoCloseable {
    /** Moves that many messages, or answers for them, and returns the figures if this process is the one that knows. */
    double[] round(long count) throws InterruptedException;

    @Override
    void close();
}
