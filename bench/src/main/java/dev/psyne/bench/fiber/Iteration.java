package dev.psyne.bench.fiber;

/** A piece of work as one of RustFiber's benchmarks does it again and again: only its run is timed. */
interface Iteration extends AutoCloseable {
    void run() throws InterruptedException;

    /**
     * Looks whether the last run came out right.
     *
     * @throws IllegalStateException if it did not
     */
    void check();

    @Override
    void close();

    /** The mean of as many runs as go into a fifth of a second, and one at least, in nanoseconds. */
    default double nanos() throws InterruptedException {
        long least = 200_000_000;
        long total = 0;
        long runs = 0;
        while (total < least) {
            long begin = System.nanoTime();
            run();
            total += System.nanoTime() - begin;
            runs++;
            check();
        }
        return (double) total / runs;
    }
}
