package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class CloseTest {
    private static final Duration SHORT = Duration.ofMillis(20);

    @ParameterizedTest
    @EnumSource
    void runsWhatIsQueuedAndWhatThatSpawns(FiberProvider provider) {
        AtomicInteger ran = new AtomicInteger();
        Scheduler scheduler = SchedulerTest.scheduler(provider);
        for (int i = 0; i < 1000; i++) {
            scheduler.spawn(() -> {
                scheduler.spawn(ran::incrementAndGet);
                Thread.yield();
                scheduler.spawn(ran::incrementAndGet);
            });
        }
        scheduler.close();
        assertEquals(2000, ran.get());
    }

    @ParameterizedTest
    @EnumSource
    void refusesJobsAfterwardsAndMayBeClosedAgain(FiberProvider provider) {
        Scheduler scheduler = SchedulerTest.scheduler(provider);
        scheduler.close();
        scheduler.close();
        Counter counter = Counter.create();
        assertThrows(JobRejectedException.class, () -> scheduler.spawn(() -> {}));
        assertThrows(JobRejectedException.class, () -> scheduler.spawn(counter, () -> {}));
        assertThrows(JobRejectedException.class, () -> scheduler.call(() -> 1));
        assertThrows(JobRejectedException.class, () -> scheduler.parallelFor(0, 9, 1, (from, to) -> {}));
        assertEquals(0, counter.value());
    }

    @ParameterizedTest
    @EnumSource
    void interruptsJobsThatWaitTooLong(FiberProvider provider) {
        Scheduler scheduler = Scheduler.builder()
                .workers(2)
                .fibers(provider)
                .drainTimeout(SHORT)
                .build();
        Counter latched = Counter.create();
        Counter awaiting = Counter.create();
        for (int i = 0; i < 50; i++) {
            scheduler.spawn(latched, () -> SchedulerTest.await(new CountDownLatch(1)));
            scheduler.spawn(awaiting, latched::await);
        }
        scheduler.close();
        Throwable cause = assertThrows(JobFailedException.class, latched::await).getCause();
        assertInstanceOf(
                InterruptedException.class, Objects.requireNonNull(cause).getCause());
        assertThrows(JobFailedException.class, awaiting::await);
    }

    @ParameterizedTest
    @EnumSource
    void saysWhenAJobDoesNotEnd(FiberProvider provider) throws InterruptedException {
        Scheduler scheduler = Scheduler.builder()
                .workers(2)
                .fibers(provider)
                .drainTimeout(SHORT)
                .stopTimeout(SHORT)
                .build();
        AtomicBoolean enough = new AtomicBoolean();
        Counter counter = Counter.create();
        CountDownLatch begun = new CountDownLatch(1);
        scheduler.spawn(counter, () -> {
            begun.countDown();
            while (!enough.get()) {
                Thread.onSpinWait();
            }
        });
        begun.await();
        assertThrows(IllegalStateException.class, scheduler::close);
        enough.set(true);
        counter.await();
        Eventually.holds(() -> closes(scheduler));
    }

    @Test
    void dropsQueuedJobsWhenTimeIsOver() throws InterruptedException {
        AtomicInteger uncounted = new AtomicInteger();
        Scheduler scheduler = Scheduler.builder()
                .workers(1)
                .fibers(FiberProvider.LOOP_FIBERS)
                .drainTimeout(SHORT)
                .uncaughtExceptionHandler((thread, failure) -> {
                    if (failure instanceof JobRejectedException) {
                        uncounted.incrementAndGet();
                    }
                })
                .build();
        CountDownLatch begun = new CountDownLatch(1);
        scheduler.spawn(() -> {
            begun.countDown();
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
        });
        begun.await();
        Counter dropped = Counter.create();
        scheduler.spawn(dropped, () -> {});
        scheduler.spawn(() -> {});
        scheduler.close();
        assertInstanceOf(
                JobRejectedException.class,
                assertThrows(JobFailedException.class, dropped::await).getCause());
        assertEquals(1, uncounted.get());
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptedCloserDoesNotWaitForTheJobs(FiberProvider provider) {
        Scheduler scheduler = SchedulerTest.scheduler(provider);
        Counter counter = Counter.create();
        scheduler.spawn(counter, () -> SchedulerTest.await(new CountDownLatch(1)));
        Thread.currentThread().interrupt();
        scheduler.close();
        assertTrue(Thread.interrupted());
        assertThrows(JobFailedException.class, counter::await);
    }

    @ParameterizedTest
    @EnumSource
    void cannotBeClosedByItsOwnJob(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            JobFailedException failed = assertThrows(JobFailedException.class, () -> scheduler.run(scheduler::close));
            assertInstanceOf(IllegalStateException.class, failed.getCause());
            assertEquals(1, scheduler.call(() -> 1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavesNoThreadBehind(FiberProvider provider) throws InterruptedException {
        Set<Thread> fibers = ConcurrentHashMap.newKeySet();
        for (int round = 0; round < 20; round++) {
            try (Scheduler scheduler =
                    Scheduler.builder().workers(3).name("leak").fibers(provider).build()) {
                Counter counter = Counter.create();
                CountDownLatch gate = new CountDownLatch(1);
                for (int i = 0; i < 500; i++) {
                    scheduler.spawn(counter, () -> {
                        fibers.add(Thread.currentThread());
                        SchedulerTest.await(gate);
                    });
                }
                gate.countDown();
                counter.await();
            }
        }
        for (Thread fiber : fibers) {
            assertTrue(fiber.join(Duration.ofSeconds(30)));
        }
        assertFalse(Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("leak-")));
    }

    @ParameterizedTest
    @EnumSource
    void everyJobRunsOrIsRefusedWhenSpawnedWhileClosing(FiberProvider provider) throws InterruptedException {
        for (int round = 0; round < 100; round++) {
            Scheduler scheduler = SchedulerTest.scheduler(provider);
            AtomicInteger ran = new AtomicInteger();
            AtomicInteger accepted = new AtomicInteger();
            Counter counter = Counter.create();
            CountDownLatch first = new CountDownLatch(1);
            Thread spawner = Thread.ofPlatform().start(() -> {
                while (spawns(scheduler, counter, ran)) {
                    accepted.incrementAndGet();
                    first.countDown();
                }
            });
            first.await();
            scheduler.close();
            spawner.join();
            try {
                counter.await();
                assertEquals(accepted.get(), ran.get());
            } catch (JobFailedException dropped) {
                assertInstanceOf(JobRejectedException.class, dropped.getCause());
                assertTrue(ran.get() < accepted.get());
            }
            assertEquals(0, counter.value());
        }
    }

    private static boolean closes(Scheduler scheduler) {
        try {
            scheduler.close();
            return true;
        } catch (IllegalStateException notYet) {
            return false;
        }
    }

    private static boolean spawns(Scheduler scheduler, Counter counter, AtomicInteger ran) {
        try {
            scheduler.spawn(counter, ran::incrementAndGet);
            return true;
        } catch (JobRejectedException closed) {
            return false;
        }
    }
}
