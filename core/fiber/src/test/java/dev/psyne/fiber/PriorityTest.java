package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class PriorityTest {
    private static final int MANY = 10_000;

    @Test
    void jobsBeginInTheOrderOfTheirPriorities() throws InterruptedException {
        List<Priority> order = Collections.synchronizedList(new ArrayList<>());
        try (Scheduler scheduler = Scheduler.create(1)) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch queued = new CountDownLatch(1);
            Counter counter = Counter.create();
            scheduler.spawn(counter, () -> {
                begun.countDown();
                while (queued.getCount() > 0) {
                    Thread.onSpinWait();
                }
            });
            begun.await();
            for (Priority priority : List.of(Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.CRITICAL)) {
                scheduler.spawn(priority, counter, () -> order.add(priority));
            }
            queued.countDown();
            counter.await();
        }
        assertEquals(List.of(Priority.CRITICAL, Priority.HIGH, Priority.NORMAL, Priority.LOW), order);
    }

    @ParameterizedTest
    @EnumSource
    void everyPriorityRunsOnEveryProvider(FiberProvider provider) {
        AtomicInteger ran = new AtomicInteger();
        try (Scheduler scheduler =
                Scheduler.builder().workers(2).fibers(provider).build()) {
            Counter counter = Counter.create();
            for (int i = 0; i < MANY; i++) {
                scheduler.spawn(Priority.values()[i % 4], counter, ran::incrementAndGet);
            }
            counter.await();
        }
        assertEquals(MANY, ran.get());
    }

    @ParameterizedTest
    @EnumSource(names = {"HIGH", "NORMAL", "LOW"})
    void criticalJobsThatSpawnTheirSuccessorStarveNobody(Priority starved) {
        AtomicBoolean queued = new AtomicBoolean();
        AtomicBoolean reached = new AtomicBoolean();
        AtomicInteger turns = new AtomicInteger();
        try (Scheduler scheduler = Scheduler.create(1)) {
            Counter counter = Counter.create();
            scheduler.spawn(Priority.CRITICAL, counter, new Runnable() {
                @Override
                public void run() {
                    if (!reached.get() && (!queued.get() || turns.incrementAndGet() < MANY)) {
                        scheduler.spawn(Priority.CRITICAL, counter, this);
                    }
                }
            });
            scheduler.spawn(starved, counter, () -> reached.set(true));
            queued.set(true);
            counter.await();
        }
        assertTrue(turns.get() <= 2 * JobQueues.TURNS, () -> "it waited for " + turns + " jobs");
    }

    @Test
    void aQueueThatIsFullRejectsItsPriorityOnly() throws InterruptedException {
        try (Scheduler scheduler = Scheduler.builder().workers(1).queuedJobs(2).build()) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch end = new CountDownLatch(1);
            scheduler.spawn(() -> {
                begun.countDown();
                while (end.getCount() > 0) {
                    Thread.onSpinWait();
                }
            });
            begun.await();
            scheduler.spawn(Priority.LOW, () -> {});
            scheduler.spawn(Priority.LOW, () -> {});
            org.junit.jupiter.api.Assertions.assertThrows(
                    JobRejectedException.class, () -> scheduler.spawn(Priority.LOW, () -> {}));
            scheduler.spawn(Priority.HIGH, () -> {});
            end.countDown();
        }
    }
}
