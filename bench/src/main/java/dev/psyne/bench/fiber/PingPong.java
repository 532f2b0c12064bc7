package dev.psyne.bench.fiber;

import dev.psyne.fiber.Counter;
import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Scheduler;
import java.util.concurrent.Semaphore;

/** Two that wait for each other in turn and cannot help each other: every turn sets one aside and resumes the other. */
final class PingPong implements Contest {
    private static final int TURNS = 300_000;
    private static final double NANOS_PER_MICRO = 1e3;

    private final Scheduler scheduler;

    PingPong(FiberProvider fibers) {
        scheduler = Schedulers.of(1, fibers);
    }

    @Override
    public double ours() {
        long begin = System.nanoTime();
        Semaphore ping = new Semaphore(0);
        Semaphore pong = new Semaphore(0);
        int[] turns = new int[1];
        Counter counter = Counter.create();
        scheduler.spawn(counter, () -> play(ping, pong, turns));
        scheduler.spawn(counter, () -> play(pong, ping, turns));
        ping.release();
        counter.await();
        return perMicro(begin, turns[0]);
    }

    @Override
    public double theirs() throws InterruptedException {
        long begin = System.nanoTime();
        Semaphore ping = new Semaphore(0);
        Semaphore pong = new Semaphore(0);
        int[] turns = new int[1];
        Thread first = Thread.startVirtualThread(() -> play(ping, pong, turns));
        Thread second = Thread.startVirtualThread(() -> play(pong, ping, turns));
        ping.release();
        first.join();
        second.join();
        return perMicro(begin, turns[0]);
    }

    /** Only whose turn it is counts it. */
    private static void play(Semaphore mine, Semaphore theirs, int[] turns) {
        for (int turn = 0; turn < TURNS; turn++) {
            mine.acquireUninterruptibly();
            turns[0]++;
            theirs.release();
        }
    }

    private static double perMicro(long begin, int turns) {
        Wrong.unless(turns == 2 * TURNS, turns + " turns were played");
        return 2 * TURNS * NANOS_PER_MICRO / (System.nanoTime() - begin);
    }

    @Override
    public void close() {
        scheduler.close();
    }
}
