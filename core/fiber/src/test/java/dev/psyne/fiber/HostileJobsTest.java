package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs and callers that mean no good. */
@Timeout(60)
class HostileJobsTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    /** What is thrown by a job that also breaks whoever wants to tell of it. */
    private static final class Indescribable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            throw new IllegalStateException("no description");
        }
    }

    @ParameterizedTest
    @EnumSource
    void jobsThatAwaitOneAnotherMayBeNestedDeeply(FiberProvider provider) {
        AtomicInteger deepest = new AtomicInteger();
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            scheduler.run(() -> nest(scheduler, 20_000, deepest));
        }
        assertEquals(20_000, deepest.get());
    }

    /** Elsewhere no job runs on the thread of another. */
    @Test
    void anInterruptOfWhoeverWaitsDoesNotReachTheJobItWaitsFor() {
        AtomicInteger interrupted = new AtomicInteger();
        try (Scheduler scheduler =
                Scheduler.builder().workers(1).fibers(FiberProvider.LOOP_FIBERS).build()) {
            Counter counter = Counter.create();
            scheduler.run(() -> {
                scheduler.spawn(counter, () -> {
                    if (Thread.currentThread().isInterrupted()) {
                        interrupted.incrementAndGet();
                    }
                });
                Fork<Boolean> fork = scheduler.fork(() -> Thread.currentThread().isInterrupted());
                Thread.currentThread().interrupt();
                assertThrows(AwaitInterruptedException.class, counter::await);
                assertThrows(AwaitInterruptedException.class, fork::join);
                assertTrue(Thread.interrupted());
                assertFalse(fork.join());
                counter.await();
            });
        }
        assertEquals(0, interrupted.get());
    }

    @ParameterizedTest
    @EnumSource
    void errorsOfEveryKindReachTheAwaitAndTheWorkersLive(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            for (Error error :
                    new Error[] {new OutOfMemoryError("made up"), new LinkageError(), new AssertionError()}) {
                JobFailedException failed = assertThrows(
                        JobFailedException.class,
                        () -> scheduler.run(() -> {
                            throw error;
                        }));
                assertEquals(error, failed.getCause());
            }
            assertEquals(7, scheduler.call(() -> 7));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureThatCannotBeDescribedIsStillOne(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            Counter counter = Counter.create();
            scheduler.spawn(counter, () -> {
                throw new Indescribable();
            });
            JobFailedException failed = assertThrows(JobFailedException.class, counter::await);
            assertInstanceOf(Indescribable.class, failed.getCause());
        }
    }

    @ParameterizedTest
    @EnumSource
    void jobsOfTwoSchedulersAwaitEachOther(FiberProvider provider) {
        try (Scheduler left = SchedulerTest.scheduler(provider);
                Scheduler right = SchedulerTest.scheduler(provider)) {
            int answer = left.call(() -> right.call(() -> left.call(() -> right.call(() -> 5))));
            assertEquals(5, answer);
        }
    }

    @Test
    void closeWaitsForAWorkerThatIsAboutToStart() throws InterruptedException {
        CountDownLatch chosen = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        SchedulerOptions all =
                Scheduler.builder().workers(1).fibers(FiberProvider.LOOP_FIBERS).options();
        WorkerPool pool = new WorkerPool(all, (owner, number, options) -> new Worker(owner, number, options) {
            @Override
            void startOrUnpark() {
                chosen.countDown();
                SchedulerTest.await(gate);
                super.startOrUnpark();
            }
        });
        Scheduler scheduler = new Scheduler(all, pool);
        Thread spawner = Thread.startVirtualThread(() -> scheduler.spawn(ran::incrementAndGet));
        chosen.await();
        pool.drain();
        assertFalse(pool.awaitEnd(Duration.ofMillis(1)), "a job is queued");
        gate.countDown();
        assertTrue(pool.awaitEnd(LONG));
        spawner.join();
        assertEquals(1, ran.get());
    }

    private static void nest(Scheduler scheduler, int depth, AtomicInteger deepest) {
        if (depth > 0) {
            deepest.incrementAndGet();
            Counter counter = Counter.create();
            scheduler.spawn(counter, () -> nest(scheduler, depth - 1, deepest));
            counter.await();
        }
    }
}
