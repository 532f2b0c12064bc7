package dev.psyne.bench.rpc;

/** Calls an echo. Used by one thread. */
interface EchoClient extends AutoCloseable {
    /** Bytes of what is sent, and of what comes back. */
    int BYTES = 64;

    /** One call, waited for. */
    void call() throws InterruptedException;

    /** So many calls, of which {@code atOnce} are under way at a time. */
    void calls(long count, int atOnce) throws InterruptedException;

    @Override
    void close();
}
