package dev.psyne.bench.fiber;

import dev.psyne.bench.Row;
import dev.psyne.fiber.Preset;
import dev.psyne.fiber.Scheduler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.LockSupport;

/** How long after it was given to a pool that has been idle for 10 ms a job begins. The pools take turns job by job. */
final class WakeUps {
    private static final int WARM_UP = 100;
    private static final int SAMPLES = 300;
    private static final long IDLE_NANOS = 10_000_000;
    private static final double NANOS_PER_MICRO = 1e3;

    private final int workers;

    WakeUps(int workers) {
        this.workers = workers;
    }

    List<Row> rows() {
        try (Scheduler throughput = scheduler(Preset.THROUGHPUT);
                Scheduler latency = scheduler(Preset.LATENCY);
                ForkJoinPool pool = new ForkJoinPool(workers)) {
            long[][] nanos = measure(throughput::spawn, latency::spawn, pool);
            List<Row> rows = new ArrayList<>();
            add(rows, "throughput p50", nanos[0], nanos[2], 0.5, 1.1);
            add(rows, "throughput p99", nanos[0], nanos[2], 0.99, 1.2);
            add(rows, "latency p50", nanos[1], nanos[2], 0.5, 0.6);
            add(rows, "latency p99", nanos[1], nanos[2], 0.99, Row.NO_GOAL);
            return rows;
        }
    }

    private Scheduler scheduler(Preset preset) {
        return Scheduler.builder().workers(workers).preset(preset).prewarmed().build();
    }

    private static long[][] measure(Executor... pools) {
        long[][] nanos = new long[pools.length][SAMPLES];
        for (int sample = -WARM_UP; sample < SAMPLES; sample++) {
            for (int pool = 0; pool < pools.length; pool++) {
                long took = wake(pools[pool]);
                if (sample >= 0) {
                    nanos[pool][sample] = took;
                }
            }
        }
        for (long[] of : nanos) {
            Arrays.sort(of);
        }
        return nanos;
    }

    private static long wake(Executor pool) {
        long[] begun = new long[1];
        Thread caller = Thread.currentThread();
        // Its own last job, so that the pool was at work once and idle since, whatever the others did.
        pool.execute(() -> {});
        LockSupport.parkNanos(IDLE_NANOS);
        long begin = System.nanoTime();
        Waking waking = new Waking(begun, caller);
        pool.execute(waking);
        while (!waking.done) {
            LockSupport.parkNanos(IDLE_NANOS);
        }
        return begun[0] - begin;
    }

    private static void add(List<Row> rows, String name, long[] ours, long[] theirs, double share, double goal) {
        int index = (int) (SAMPLES * share);
        rows.add(new Row(
                "wake-up after 10 ms, " + name,
                "µs",
                Row.Better.LOWER,
                ours[index] / NANOS_PER_MICRO,
                "ForkJoinPool",
                theirs[index] / NANOS_PER_MICRO,
                goal));
    }

    private static final class Waking implements Runnable {
        private final long[] begun;
        private final Thread caller;
        private volatile boolean done;

        private Waking(long[] begun, Thread caller) {
            this.begun = begun;
            this.caller = caller;
        }

        @Override
        public void run() {
            begun[0] = System.nanoTime();
            done = true;
            LockSupport.unpark(caller);
        }
    }
}
