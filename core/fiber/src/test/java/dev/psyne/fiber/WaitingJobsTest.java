package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a job waits for, its worker goes on, and what the job holds stays its own. */
@Timeout(60)
class WaitingJobsTest {
    private static final int WAITING_JOBS = 10_000;
    private static final int HOLDERS = 200;

    private int guarded;

    @ParameterizedTest
    @EnumSource
    void tenThousandJobsWaitAtOnce(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            CountDownLatch begun = new CountDownLatch(WAITING_JOBS);
            CountDownLatch gate = new CountDownLatch(1);
            Counter counter = Counter.create();
            for (int i = 0; i < WAITING_JOBS; i++) {
                scheduler.spawn(counter, () -> {
                    begun.countDown();
                    SchedulerTest.await(gate);
                });
            }
            assertTrue(begun.await(30, TimeUnit.SECONDS));
            Eventually.holds(() -> scheduler.statistics().waitingFibers() == WAITING_JOBS);
            assertEquals(1, scheduler.call(() -> 1));
            gate.countDown();
            counter.await();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMonitorIsHeldAcrossAnAwait(FiberProvider provider) {
        Object monitor = new Object();
        holdAcrossAwait(provider, (scheduler, waitForChild) -> {
            synchronized (monitor) {
                int before = guarded;
                waitForChild.run();
                guarded = before + 1;
            }
        });
        assertEquals(HOLDERS, guarded);
    }

    @ParameterizedTest
    @EnumSource
    void aLockIsHeldAcrossAnAwait(FiberProvider provider) {
        ReentrantLock lock = new ReentrantLock();
        holdAcrossAwait(provider, (scheduler, waitForChild) -> {
            lock.lock();
            try {
                int before = guarded;
                waitForChild.run();
                guarded = before + 1;
            } finally {
                lock.unlock();
            }
        });
        assertEquals(HOLDERS, guarded);
    }

    @ParameterizedTest
    @EnumSource
    void aThreadLocalAndTheThreadAreTheSameAfterAnAwait(FiberProvider provider) {
        ThreadLocal<Object> local = new ThreadLocal<>();
        holdAcrossAwait(provider, (scheduler, waitForChild) -> {
            Object mine = new Object();
            Thread thread = Thread.currentThread();
            local.set(mine);
            waitForChild.run();
            check(local.get() == mine && Thread.currentThread() == thread);
            local.remove();
        });
    }

    @ParameterizedTest
    @EnumSource
    void oneWorkerCarriesBothEndsOfAQueue(FiberProvider provider) {
        try (Scheduler scheduler =
                Scheduler.builder().workers(1).fibers(provider).build()) {
            BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(2);
            Counter counter = Counter.create();
            scheduler.spawn(counter, () -> {
                for (int i = 0; i < 1000; i++) {
                    check(take(queue) == i);
                }
            });
            scheduler.spawn(counter, () -> {
                for (int i = 0; i < 1000; i++) {
                    put(queue, i);
                }
            });
            counter.await();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSleepingJobHoldsNoWorker(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler =
                Scheduler.builder().workers(1).fibers(provider).build()) {
            CountDownLatch asleep = new CountDownLatch(1);
            Counter counter = Counter.create();
            Thread[] sleeper = new Thread[1];
            scheduler.spawn(counter, () -> {
                sleeper[0] = Thread.currentThread();
                asleep.countDown();
                try {
                    Thread.sleep(Long.MAX_VALUE);
                } catch (InterruptedException expected) {
                    check(!Thread.currentThread().isInterrupted());
                }
            });
            asleep.await();
            assertEquals(1, scheduler.call(() -> 1));
            sleeper[0].interrupt();
            counter.await();
        }
    }

    private interface Holder {
        void hold(Scheduler scheduler, Runnable waitForChild);
    }

    private static void holdAcrossAwait(FiberProvider provider, Holder holder) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            Counter counter = Counter.create();
            for (int i = 0; i < HOLDERS; i++) {
                scheduler.spawn(
                        counter,
                        () -> holder.hold(scheduler, () -> {
                            Counter child = Counter.create();
                            scheduler.spawn(child, Thread::yield);
                            child.awaitWithoutHelping();
                        }));
            }
            counter.await();
        }
    }

    private static void check(boolean holds) {
        if (!holds) {
            throw new AssertionError("does not hold after the wait");
        }
    }

    private static int take(BlockingQueue<Integer> queue) {
        try {
            return queue.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void put(BlockingQueue<Integer> queue, int value) {
        try {
            queue.put(value);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
