package dev.psyne.bench.fiber;

import dev.psyne.fiber.Counter;
import dev.psyne.fiber.Scheduler;
import java.util.concurrent.Semaphore;

/** Two that wait for each other in turn and cannot help each other: every turn sets one aside and resumes the other. */
final class PingPong implements AutoCloseable {
    private static final int TURNS = 300_000;
    private static final double NANOS_PER_MICRO = 1e3;

    private final Scheduler scheduler = Scheduler.create(1);

    double ours() {
        long begin = System.nanoTime();
        Semaphore ping = new Semaphore(0);
        Semaphore pong = new Semaphore(0);
        Counter counter = Counter.create();
        scheduler.spawn(counter, () -> play(ping, pong));
        scheduler.spawn(counter, () -> play(pong, ping));
        ping.release();
        counter.await();
        return perMicro(begin);
    }

    double virtualThreads() throws InterruptedException {
        long begin = System.nanoTime();
        Semaphore ping = new Semaphore(0);
        Semaphore pong = new Semaphore(0);
        Thread first = Thread.startVirtualThread(() -> play(ping, pong));
        Thread second = Thread.startVirtualThread(() -> play(pong, ping));
        ping.release();
        first.join();
        second.join();
        return perMicro(begin);
    }

    private static void play(Semaphore mine, Semaphore theirs) {
        for (int turn = 0; turn < TURNS; turn++) {
            mine.acquireUninterruptibly();
            theirs.release();
        }
    }

    private static double perMicro(long begin) {
        return 2 * TURNS * NANOS_PER_MICRO / (System.nanoTime() - begin);
    }

    @Override
    public void close() {
        scheduler.close();
    }
}
