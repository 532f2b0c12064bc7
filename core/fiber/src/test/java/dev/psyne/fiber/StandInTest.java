package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that have a carried value unbound, awaited where it is bound. */
@Timeout(60)
class StandInTest {
    private static final ScopedValue<String> NAME = ScopedValue.newInstance();
    /** More than may wait on the stacks of each other. */
    private static final int DEEP = 1000;

    private final AtomicInteger unbound = new AtomicInteger();

    /** One worker and one fiber: whatever may wait has begun, and the awaited job begins all the same. */
    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void anAwaitedJobRunsWithTheValueUnboundThoughNoFurtherJobMayBegin(int jobs) {
        try (Scheduler scheduler = scheduler(1, 1)) {
            scheduler.run(() -> {
                Thread waiter = Thread.currentThread();
                Counter counter = Counter.create();
                for (int job = 0; job < jobs; job++) {
                    scheduler.spawn(counter, () -> {
                        assertNotEquals(waiter, Thread.currentThread());
                        look();
                    });
                }
                bound(counter::await);
            });
            assertEquals(jobs, unbound.get());
        }
    }

    @Test
    void aJoinedForkRunsWithTheValueUnboundThoughNoFurtherJobMayBegin() {
        try (Scheduler scheduler = scheduler(1, 1)) {
            scheduler.run(() -> {
                Fork<Integer> fork = scheduler.fork(() -> {
                    look();
                    return 7;
                });
                bound(() -> assertEquals(7, fork.join()));
            });
            assertEquals(1, unbound.get());
        }
    }

    @Test
    void itGoesOnSoAsOftenAsItIsAsked() {
        try (Scheduler scheduler = scheduler(1, 1)) {
            scheduler.run(() -> {
                Counter counter = Counter.create();
                for (int round = 0; round < 100; round++) {
                    scheduler.spawn(counter, this::look);
                    bound(() -> {
                        counter.await();
                        assertEquals("waiter", NAME.get());
                    });
                }
            });
            assertEquals(100, unbound.get());
        }
    }

    /** As if the waiter had helped, one of two places is left for the job that the other waits for. */
    @Test
    void jobsThatWaitForEachOtherEnd() {
        try (Scheduler scheduler = scheduler(1, 2)) {
            CountDownLatch gate = new CountDownLatch(1);
            scheduler.run(() -> {
                Counter counter = Counter.create();
                scheduler.spawn(counter, gate::countDown);
                scheduler.spawn(counter, () -> {
                    SchedulerTest.await(gate);
                    look();
                });
                bound(counter::await);
            });
            assertEquals(1, unbound.get());
        }
    }

    @Test
    void eachOfALongChainWaitsForTheNext() {
        try (Scheduler scheduler = scheduler(2, DEEP + 1)) {
            scheduler.run(() -> chain(scheduler, DEEP));
            assertEquals(DEEP, unbound.get());
        }
    }

    private void chain(Scheduler scheduler, int left) {
        if (left > 0) {
            Counter counter = Counter.create();
            scheduler.spawn(counter, () -> {
                look();
                chain(scheduler, left - 1);
            });
            bound(counter::await);
        }
    }

    @Test
    void eachOfALongChainOfForksJoinsTheNext() {
        try (Scheduler scheduler = scheduler(2, DEEP + 1)) {
            assertEquals(DEEP, scheduler.call(() -> forks(scheduler, DEEP)));
            assertEquals(DEEP, unbound.get());
        }
    }

    private int forks(Scheduler scheduler, int left) throws Exception {
        if (left == 0) {
            return 0;
        }
        Fork<Integer> fork = scheduler.fork(() -> {
            look();
            return forks(scheduler, left - 1);
        });
        return 1 + ScopedValue.where(NAME, "waiter").call(fork::join);
    }

    @Test
    void aFailureComesToTheAwait() {
        try (Scheduler scheduler = scheduler(1, 1)) {
            scheduler.run(() -> {
                Counter counter = Counter.create();
                scheduler.spawn(counter, () -> {
                    throw new IllegalStateException("expected");
                });
                bound(() -> assertInstanceOf(
                        IllegalStateException.class,
                        assertThrows(JobFailedException.class, counter::await).getCause()));
            });
        }
    }

    /** The waiter has its interrupt; the job is none of its business, and nobody stands in. */
    @Test
    void anInterruptedWaiterLetsNobodyStandIn() {
        try (Scheduler scheduler = scheduler(1, 1)) {
            Counter counter = Counter.create();
            scheduler.run(() -> {
                scheduler.spawn(counter, this::look);
                Thread.currentThread().interrupt();
                bound(() -> assertThrows(AwaitInterruptedException.class, counter::await));
                assertTrue(Thread.interrupted());
            });
            counter.await();
            assertEquals(1, unbound.get());
        }
    }

    /** A job that binds nothing helps with all, and one that binds what the job has too. */
    @Test
    void onlyAValueThatTheJobLacksKeepsItFromItsWaitersStack() {
        try (Scheduler scheduler = scheduler(1, 1)) {
            scheduler.run(() -> {
                Thread waiter = Thread.currentThread();
                Counter counter = Counter.create();
                bound(() -> scheduler.spawn(counter, () -> assertEquals(waiter, Thread.currentThread())));
                bound(counter::await);
                scheduler.spawn(counter, () -> assertEquals(waiter, Thread.currentThread()));
                counter.await();
            });
        }
    }

    private void look() {
        assertFalse(NAME.isBound());
        unbound.incrementAndGet();
    }

    private static void bound(Runnable body) {
        ScopedValue.where(NAME, "waiter").run(body);
    }

    private static Scheduler scheduler(int workers, int waiting) {
        return Scheduler.builder()
                .workers(workers)
                .fibers(FiberProvider.LOOP_FIBERS)
                .waitingFibers(waiting)
                .carries(NAME)
                .build();
    }
}
