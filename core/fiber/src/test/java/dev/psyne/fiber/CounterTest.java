package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class CounterTest {
    @Test
    void anUnusedCounterIsAtZero() {
        Counter counter = Counter.create();
        assertEquals(0, counter.value());
        counter.await();
        assertTrue(counter.await(Duration.ZERO));
    }

    @ParameterizedTest
    @EnumSource
    void manyThreadsOfEachKindAwaitOneCounter(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            CountDownLatch gate = new CountDownLatch(1);
            CountDownLatch awaited = new CountDownLatch(30);
            Counter counter = Counter.create();
            scheduler.spawn(counter, () -> SchedulerTest.await(gate));
            Runnable waiter = () -> {
                counter.await();
                awaited.countDown();
            };
            for (int i = 0; i < 10; i++) {
                scheduler.spawn(waiter);
                Thread.ofVirtual().start(waiter);
                Thread.ofPlatform().start(waiter);
            }
            assertFalse(counter.await(Duration.ofMillis(1)));
            assertEquals(30, awaited.getCount());
            assertEquals(1, counter.value());
            gate.countDown();
            assertTrue(awaited.await(30, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFirstFailureSurfacesAtEveryAwait(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            IllegalStateException first = new IllegalStateException("first");
            Counter counter = Counter.create();
            scheduler.spawn(counter, () -> {
                throw first;
            });
            assertSame(
                    first,
                    assertThrows(JobFailedException.class, counter::await).getCause());
            scheduler.spawn(counter, () -> {
                throw new IllegalStateException("second");
            });
            assertSame(
                    first,
                    assertThrows(JobFailedException.class, counter::awaitWithoutHelping)
                            .getCause());
            assertSame(
                    first,
                    assertThrows(JobFailedException.class, () -> counter.await(Duration.ofSeconds(30)))
                            .getCause());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailurePassesThroughNestedAwaits(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            Counter outer = Counter.create();
            scheduler.spawn(outer, () -> {
                Counter inner = Counter.create();
                scheduler.spawn(inner, () -> {
                    throw new AssertionError("deep");
                });
                inner.await();
            });
            JobFailedException failed = assertThrows(JobFailedException.class, outer::await);
            JobFailedException inner = assertInstanceOf(JobFailedException.class, failed.getCause());
            assertInstanceOf(AssertionError.class, inner.getCause());
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyWorkerMayAwait(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            Counter counter = Counter.create();
            for (int i = 0; i < 64; i++) {
                scheduler.spawn(counter, () -> awaitChildren(scheduler, 4));
            }
            counter.await();
            assertEquals(0, counter.value());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTimedAwaitEndsInTimeAndLeavesNothingBehind(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            CountDownLatch gate = new CountDownLatch(1);
            Counter counter = Counter.create();
            scheduler.spawn(counter, () -> SchedulerTest.await(gate));
            for (int i = 0; i < 100; i++) {
                assertFalse(counter.await(Duration.ofNanos(1000)));
                assertFalse(scheduler.call(() -> counter.await(Duration.ofNanos(1000))));
            }
            assertFalse(counter.await(Duration.ofSeconds(Long.MIN_VALUE)));
            gate.countDown();
            assertTrue(counter.await(Duration.ofSeconds(Long.MAX_VALUE)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsTheAwaitAndStaysWithItsJob(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler =
                Scheduler.builder().workers(1).fibers(provider).build()) {
            CountDownLatch gate = new CountDownLatch(1);
            Counter never = Counter.create();
            scheduler.spawn(never, () -> SchedulerTest.await(gate));
            BlockingQueue<Thread> waiting = new LinkedBlockingQueue<>();
            Counter counter = Counter.create();
            scheduler.spawn(counter, () -> {
                waiting.add(Thread.currentThread());
                never.await();
            });
            Thread thread = waiting.take();
            thread.interrupt();
            JobFailedException failed = assertThrows(JobFailedException.class, counter::await);
            assertInstanceOf(AwaitInterruptedException.class, failed.getCause());
            for (int i = 0; i < 100; i++) {
                assertFalse(scheduler.call(() -> Thread.currentThread().isInterrupted()));
            }
            gate.countDown();
        }
    }

    @Test
    void aPlatformThreadIsInterruptible() {
        try (Scheduler scheduler = Scheduler.create(1)) {
            CountDownLatch gate = new CountDownLatch(1);
            Counter counter = Counter.create();
            scheduler.spawn(counter, () -> SchedulerTest.await(gate));
            Thread.currentThread().interrupt();
            assertThrows(AwaitInterruptedException.class, counter::await);
            assertTrue(Thread.interrupted());
            gate.countDown();
        }
    }

    @Test
    void helpsWithJobsOfTheAwaitedCounterOnly() {
        try (Scheduler scheduler =
                Scheduler.builder().workers(1).fibers(FiberProvider.LOOP_FIBERS).build()) {
            scheduler.run(() -> {
                AtomicReference<Thread> helped = new AtomicReference<>();
                Counter own = Counter.create();
                scheduler.spawn(own, () -> helped.set(Thread.currentThread()));
                own.await();
                assertSame(Thread.currentThread(), helped.get());

                AtomicReference<Thread> other = new AtomicReference<>();
                Counter foreign = Counter.create();
                scheduler.spawn(own, () -> helped.set(Thread.currentThread()));
                scheduler.spawn(foreign, () -> other.set(Thread.currentThread()));
                own.await();
                assertNotSame(Thread.currentThread(), other.get());
                foreign.await();

                scheduler.spawn(own, () -> helped.set(Thread.currentThread()));
                own.awaitWithoutHelping();
                assertNotSame(Thread.currentThread(), helped.get());
            });
        }
    }

    private static void awaitChildren(Scheduler scheduler, int depth) {
        if (depth > 0) {
            Counter children = Counter.create();
            scheduler.spawn(children, () -> awaitChildren(scheduler, depth - 1));
            scheduler.spawn(children, () -> awaitChildren(scheduler, depth - 1));
            if (depth % 2 == 0) {
                children.await();
            } else {
                children.awaitWithoutHelping();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSpawnerThatComputesOnDelaysNobodyWhoAwaitsItsJobs(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            Counter many = Counter.create();
            CountDownLatch spawned = new CountDownLatch(1);
            CountDownLatch awaited = new CountDownLatch(1);
            scheduler.spawn(() -> {
                for (int i = 0; i < 10_000; i++) {
                    scheduler.spawn(many, () -> {});
                }
                spawned.countDown();
                while (awaited.getCount() > 0) {
                    Thread.onSpinWait();
                }
            });
            SchedulerTest.await(spawned);
            many.await();
            awaited.countDown();
            assertEquals(0, many.value());
        }
    }

    @ParameterizedTest
    @EnumSource
    void manySpawnersShareACounter(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            AtomicInteger ran = new AtomicInteger();
            Counter many = Counter.create();
            for (int round = 1; round <= 20; round++) {
                for (int spawner = 0; spawner < 4; spawner++) {
                    scheduler.spawn(many, () -> {
                        for (int i = 0; i < 500; i++) {
                            scheduler.spawn(many, ran::incrementAndGet);
                        }
                    });
                }
                many.await();
                assertEquals(2000 * round, ran.get());
                assertEquals(0, many.value());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aGroupIsAtZeroWhenAllWithinItAre(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            Counter frame = Counter.create();
            Counter physics = Counter.within(frame);
            Counter cloth = Counter.within(physics);
            CountDownLatch gate = new CountDownLatch(1);
            scheduler.spawn(cloth, () -> SchedulerTest.await(gate));
            assertEquals(1, frame.value());
            assertFalse(frame.await(Duration.ZERO));
            gate.countDown();
            frame.await();
            assertEquals(0, cloth.value());
            assertEquals(0, physics.value());
            scheduler.spawn(cloth, () -> {});
            physics.await();
            assertEquals(0, frame.value());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aJobWhoAwaitsAGroupRunsTheJobsWithinIt(FiberProvider provider) {
        try (Scheduler scheduler =
                Scheduler.builder().workers(1).fibers(provider).build()) {
            AtomicInteger ran = new AtomicInteger();
            scheduler.run(() -> {
                Counter frame = Counter.create();
                Counter[] parts = {Counter.within(frame), Counter.within(frame)};
                for (int i = 0; i < 1000; i++) {
                    scheduler.spawn(parts[i % 2], ran::incrementAndGet);
                }
                frame.await();
                assertEquals(1000, ran.get());
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureReachesTheGroup(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            IllegalStateException thrown = new IllegalStateException("torn");
            Counter frame = Counter.create();
            Counter cloth = Counter.within(Counter.within(frame));
            scheduler.spawn(cloth, () -> {
                throw thrown;
            });
            assertSame(
                    thrown, assertThrows(JobFailedException.class, frame::await).getCause());
        }
    }
}
