package dev.psyne.bench.fiber;

import dev.psyne.bench.Turns;

/** Ours and a peer at the same work, open until closed. Each round checks its own result and throws if it is wrong. */
interface Contest extends AutoCloseable {
    /** Our figure of one round. */
    double ours() throws InterruptedException;

    /** The peer's. */
    double theirs() throws InterruptedException;

    @Override
    void close();

    /** Two that keep nothing open between rounds. */
    static Contest of(Turns.Contestant ours, Turns.Contestant theirs) {
        return of(ours, theirs, () -> {});
    }

    /** Two, and how what they keep open is closed. */
    static Contest of(Turns.Contestant ours, Turns.Contestant theirs, Runnable closing) {
        return new Contest() {
            @Override
            public double ours() throws InterruptedException {
                return ours.measure();
            }

            @Override
            public double theirs() throws InterruptedException {
                return theirs.measure();
            }

            @Override
            public void close() {
                closing.run();
            }
        };
    }
}
