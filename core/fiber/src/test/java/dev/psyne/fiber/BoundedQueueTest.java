package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A JDK queue between jobs: who waits at it gives its worker away, which one worker for all of them shows. */
@Timeout(60)
class BoundedQueueTest {
    private static final int PAIRS = 20;
    private static final int ITEMS = 1000;

    @ParameterizedTest
    @EnumSource
    void producersAndConsumersShareOneWorker(FiberProvider provider) {
        try (Scheduler scheduler = ParallelTest.scheduler(provider, 1)) {
            BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(4);
            AtomicLong sum = new AtomicLong();
            Counter counter = Counter.create();
            for (int pair = 0; pair < PAIRS; pair++) {
                scheduler.spawn(counter, () -> consume(queue, sum));
                scheduler.spawn(counter, () -> produce(queue));
            }
            counter.await();
            assertEquals(PAIRS * ITEMS * (ITEMS - 1L) / 2, sum.get());
        }
    }

    private static void produce(BlockingQueue<Integer> queue) {
        try {
            for (int item = 0; item < ITEMS; item++) {
                queue.put(item);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void consume(BlockingQueue<Integer> queue, AtomicLong sum) {
        try {
            for (int item = 0; item < ITEMS; item++) {
                sum.addAndGet(queue.take());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
