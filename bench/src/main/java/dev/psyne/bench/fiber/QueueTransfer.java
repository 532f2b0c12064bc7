package dev.psyne.bench.fiber;

import dev.psyne.fiber.Counter;
import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Scheduler;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * {@code producer_consumer}: half of the workers put numbers into a queue, the other half take them. RustFiber's queue has no
 * bound and its consumers look again and again; ours is bounded, and a job that waits gives its worker away.
 */
final class QueueTransfer implements Iteration {
    private static final int CAPACITY = 4096;

    private final Scheduler scheduler;
    private final int pairs;
    private final int items;
    private final LongAdder sum = new LongAdder();

    QueueTransfer(int workers, FiberProvider fibers, int items) {
        this.scheduler = Schedulers.of(workers, fibers);
        this.pairs = Math.max(1, workers / 2);
        this.items = items;
    }

    @Override
    public void run() {
        BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(CAPACITY);
        Counter counter = Counter.create();
        for (int pair = 0; pair < pairs; pair++) {
            int from = (int) ((long) items * pair / pairs);
            int to = (int) ((long) items * (pair + 1) / pairs);
            scheduler.spawn(counter, () -> produce(queue, from, to));
            scheduler.spawn(counter, () -> consume(queue, to - from));
        }
        counter.await();
    }

    private static void produce(BlockingQueue<Integer> queue, int from, int to) {
        try {
            for (int item = from; item < to; item++) {
                queue.put(item);
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("a producer was interrupted", interrupted);
        }
    }

    private void consume(BlockingQueue<Integer> queue, int count) {
        long part = 0;
        try {
            for (int left = count; left > 0; left--) {
                part += queue.take();
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("a consumer was interrupted", interrupted);
        }
        sum.add(part);
    }

    @Override
    public void check() {
        long total = sum.sumThenReset();
        Wrong.unless(total == (long) items * (items - 1) / 2, "the items taken come to " + total);
    }

    @Override
    public void close() {
        scheduler.close();
    }
}
