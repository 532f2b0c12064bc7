package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random waits of every kind, none of which may be lost or stuck. */
@Timeout(120)
class RandomWaitsTest {
    private static final int WAITS_PER_JOB = 11;
    private static final int SHARED = 8;
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final ReentrantLock[] locks = new ReentrantLock[SHARED];
    private final Object[] monitors = new Object[SHARED];
    private final Semaphore semaphore = new Semaphore(2);
    private final LongAdder waited = new LongAdder();

    RandomWaitsTest() {
        for (int i = 0; i < SHARED; i++) {
            locks[i] = new ReentrantLock();
            monitors[i] = new Object();
        }
    }

    @ParameterizedTest
    @CsvSource({"LOOP_FIBERS, 1, 20000", "LOOP_FIBERS, 2, 20000", "LOOP_FIBERS, 5, 20000", "VIRTUAL_THREADS, 2, 1000"})
    void noneIsLostOrStuck(FiberProvider provider, int workers, int jobs) {
        try (Scheduler scheduler =
                Scheduler.builder().workers(workers).fibers(provider).build()) {
            Counter counter = Counter.create();
            for (int i = 0; i < jobs; i++) {
                Random random = new Random(i);
                scheduler.spawn(counter, () -> waitAtRandom(scheduler, random));
            }
            counter.await();
            assertEquals((long) jobs * WAITS_PER_JOB, waited.sum());
        }
    }

    private void waitAtRandom(Scheduler scheduler, Random random) {
        try {
            for (int i = 0; i < WAITS_PER_JOB; i++) {
                waitOnce(scheduler, random.nextInt(10), random.nextInt(SHARED));
                waited.increment();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void waitOnce(Scheduler scheduler, int kind, int which) throws InterruptedException {
        switch (kind) {
            case 0, 1, 2 -> awaitChild(scheduler, kind);
            case 3 -> {
                CountDownLatch latch = new CountDownLatch(1);
                scheduler.spawn(latch::countDown);
                latch.await();
            }
            case 4 -> {
                BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(1);
                scheduler.spawn(() -> queue.add(which));
                assertEquals(which, queue.take());
            }
            case 5 -> parkUntilUnparked(scheduler);
            case 6 -> {
                semaphore.acquire();
                Thread.yield();
                semaphore.release();
            }
            case 7 -> {
                locks[which].lock();
                try {
                    Thread.yield();
                } finally {
                    locks[which].unlock();
                }
            }
            case 8 -> {
                synchronized (monitors[which]) {
                    Thread.yield();
                }
            }
            default -> LockSupport.parkNanos(1000L * which);
        }
    }

    private static void awaitChild(Scheduler scheduler, int kind) {
        Counter child = Counter.create();
        scheduler.spawn(child, () -> {});
        switch (kind) {
            case 0 -> child.await();
            case 1 -> child.awaitWithoutHelping();
            default -> assertEquals(true, child.await(BOUND));
        }
    }

    private static void parkUntilUnparked(Scheduler scheduler) {
        Thread thread = Thread.currentThread();
        AtomicBoolean unparked = new AtomicBoolean();
        scheduler.spawn(() -> {
            unparked.set(true);
            LockSupport.unpark(thread);
        });
        while (!unparked.get()) {
            LockSupport.park();
        }
    }
}
