package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.platform.ProcessorLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class SchedulerTest {
    @ParameterizedTest
    @EnumSource
    void runsEveryJobFromOutsideAndFromJobs(FiberProvider provider) {
        AtomicInteger ran = new AtomicInteger();
        try (Scheduler scheduler = scheduler(provider)) {
            Counter counter = Counter.create();
            for (int i = 0; i < 100; i++) {
                scheduler.spawn(counter, () -> {
                    for (int child = 0; child < 100; child++) {
                        scheduler.spawn(counter, ran::incrementAndGet);
                    }
                });
            }
            counter.await();
            assertEquals(10_000, ran.get());
            assertEquals(0, counter.value());
        }
    }

    @ParameterizedTest
    @EnumSource
    void callsFromPlatformThreadsVirtualThreadsAndJobs(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler = scheduler(provider)) {
            assertEquals("outside", scheduler.call(() -> "outside"));
            assertEquals("inside", scheduler.call(() -> scheduler.call(() -> "inside")));
            BlockingQueue<String> answers = new LinkedBlockingQueue<>();
            Thread.startVirtualThread(() -> answers.add(scheduler.call(() -> "virtual")));
            assertEquals("virtual", answers.poll(30, TimeUnit.SECONDS));
            scheduler.run(() -> answers.add("ran"));
            assertEquals("ran", answers.poll());
        }
    }

    @ParameterizedTest
    @EnumSource
    void callThrowsWhatTheJobThrew(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider)) {
            IOException broken = new IOException("broken");
            JobFailedException failed = assertThrows(
                    JobFailedException.class,
                    () -> scheduler.call(() -> {
                        throw broken;
                    }));
            assertSame(broken, failed.getCause());
            assertTrue(String.valueOf(failed.getMessage()).contains("broken"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anUncaughtExceptionGoesToTheHandlerAndTheWorkersLive(FiberProvider provider) throws InterruptedException {
        BlockingQueue<Throwable> caught = new LinkedBlockingQueue<>();
        try (Scheduler scheduler = Scheduler.builder()
                .workers(1)
                .fibers(provider)
                .uncaughtExceptionHandler((thread, failure) -> {
                    caught.add(failure);
                    throw new IllegalStateException("the handler fails too");
                })
                .build()) {
            for (int i = 0; i < 10; i++) {
                scheduler.spawn(() -> recurse(0));
                assertInstanceOf(StackOverflowError.class, caught.poll(30, TimeUnit.SECONDS));
            }
            assertEquals(7, scheduler.call(() -> 7));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFullQueueRejectsAndTakesAgainLater(FiberProvider provider) {
        try (Scheduler scheduler = Scheduler.builder()
                .workers(1)
                .fibers(provider)
                .queuedJobs(4)
                .waitingFibers(1)
                .build()) {
            CountDownLatch gate = new CountDownLatch(1);
            Counter counter = Counter.create();
            JobRejectedException rejected = assertThrows(JobRejectedException.class, () -> {
                for (int i = 0; i < 6; i++) {
                    scheduler.spawn(counter, () -> await(gate));
                }
            });
            assertTrue(String.valueOf(rejected.getMessage()).contains("queue of 4 jobs"));
            gate.countDown();
            counter.await();
            assertEquals(0, counter.value());
            assertEquals(1, scheduler.call(() -> 1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void countsWhatItDoes(FiberProvider provider) throws InterruptedException {
        Scheduler scheduler = scheduler(provider);
        CountDownLatch begun = new CountDownLatch(5);
        CountDownLatch gate = new CountDownLatch(1);
        Counter counter = Counter.create();
        for (int i = 0; i < 5; i++) {
            scheduler.spawn(counter, () -> {
                begun.countDown();
                await(gate);
            });
        }
        // A job that is about to begin counts as waiting already, and one that begins at an open gate never waits.
        begun.await();
        Eventually.holds(() -> scheduler.statistics().waitingFibers() == 5);
        gate.countDown();
        counter.await();
        scheduler.close();
        SchedulerStatistics statistics = scheduler.statistics();
        assertEquals(2, statistics.workers());
        assertEquals(5, statistics.jobsRun());
        assertEquals(0, statistics.queuedJobs());
        assertEquals(0, statistics.waitingFibers());
        if (provider == FiberProvider.LOOP_FIBERS) {
            assertTrue(statistics.waits() >= 5, statistics::toString);
        }
    }

    @Test
    void idleWorkersPark() throws InterruptedException {
        try (Scheduler scheduler = Scheduler.builder()
                .workers(3)
                .name("idle")
                .prewarmed()
                .fibers(FiberProvider.LOOP_FIBERS)
                .build()) {
            scheduler.run(() -> {});
            Eventually.holds(() -> Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().startsWith("idle-worker-"))
                            .filter(thread -> thread.getState() == Thread.State.WAITING)
                            .count()
                    == 3);
            assertEquals(3, scheduler.workers());
        }
    }

    @Test
    void jobsThatSpawnTheirSuccessorStarveNobody() {
        try (Scheduler scheduler = Scheduler.create(1)) {
            CountDownLatch others = new CountDownLatch(2);
            Counter counter = Counter.create();
            scheduler.run(() -> {
                scheduler.spawn(counter, others::countDown);
                scheduler.spawn(counter, new Runnable() {
                    @Override
                    public void run() {
                        if (others.getCount() > 0) {
                            scheduler.spawn(counter, this);
                        }
                    }
                });
            });
            scheduler.spawn(counter, others::countDown);
            counter.await();
            assertEquals(0, others.getCount());
        }
    }

    @Test
    void fibersThatOnlyYieldStarveNobody() {
        try (Scheduler scheduler = Scheduler.create(1)) {
            AtomicInteger flag = new AtomicInteger();
            Counter counter = Counter.create();
            scheduler.spawn(counter, () -> {
                scheduler.spawn(counter, flag::incrementAndGet);
                while (flag.get() == 0) {
                    Thread.yield();
                }
            });
            counter.await();
            assertEquals(1, flag.get());
        }
    }

    @Test
    void refusesOptionsOutOfRange() {
        Scheduler.Builder builder = Scheduler.builder();
        assertThrows(IllegalArgumentException.class, () -> builder.workers(0));
        assertThrows(IllegalArgumentException.class, () -> builder.workers(Scheduler.MAX_WORKERS + 1));
        assertThrows(IllegalArgumentException.class, () -> builder.queuedJobs(0));
        assertThrows(IllegalArgumentException.class, () -> builder.waitingFibers(-1));
        assertThrows(IllegalArgumentException.class, () -> builder.drainTimeout(Duration.ofSeconds(-1)));
        assertThrows(IllegalArgumentException.class, () -> builder.stopTimeout(Duration.ofDays(2)));
        try (Scheduler scheduler = builder.build()) {
            assertEquals(ProcessorLimits.current().usable(), scheduler.workers());
            assertNotNull(scheduler.fibers());
        }
    }

    @Test
    void jobsRunOnFibersOfTheNamedScheduler() {
        try (Scheduler scheduler = Scheduler.create(1)) {
            Thread thread = scheduler.call(Thread::currentThread);
            assertTrue(thread.isVirtual());
            assertTrue(thread.getName().startsWith("psyne-fiber-"), thread.getName());
            assertFalse(thread.isInterrupted());
        }
    }

    static Scheduler scheduler(FiberProvider provider) {
        return Scheduler.builder().workers(2).fibers(provider).build();
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static int recurse(int depth) {
        return depth < 0 ? 0 : recurse(depth + 1) + 1;
    }
}
