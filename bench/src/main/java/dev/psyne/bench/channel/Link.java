package dev.psyne.bench.channel;

/** One side of a pair of rings between two processes: what this side sends the other one receives. One thread. */
interface Link extends AutoCloseable {
    /** Writes the message of that number, waiting for room as long as it takes. */
    void send(long number) throws InterruptedException;

    /**
     * Reads up to that many messages. Returns how many there were, at once if it spins, or after the first one has come if
     * the link blocks.
     */
    int receive(int limit) throws InterruptedException;

    /** The sum of the words of all messages read so far. */
    long sum();

    @Override
    void close();
}
