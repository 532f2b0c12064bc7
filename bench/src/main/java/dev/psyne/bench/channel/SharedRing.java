package dev.psyne.bench.channel;

/**
 * A ring or queue between threads of one process. {@link #produce} runs on one thread per producer, {@link #consume} on
 * one thread, at the same time; both return when their messages are through.
 */
interface SharedRing extends AutoCloseable {
    /** Sends the messages {@code first} to {@code first + messages - 1}, waiting for room as long as it takes. */
    void produce(int producer, long first, long messages) throws InterruptedException;

    /** Reads that many messages of all producers together and returns the sum of their words. */
    long consume(long messages);

    @Override
    default void close() {}
}
