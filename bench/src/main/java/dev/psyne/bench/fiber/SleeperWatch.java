package dev.psyne.bench.fiber;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/** Wakes one pool again and again after it has been idle, and keeps how long that took and what the processor was used. */
final class SleeperWatch {
    private static final int WARM_UPS = 300;
    private static final int SAMPLES = 100;
    private static final long IDLE_NANOS = 10_000_000;
    private static final long SHORT_IDLE_NANOS = 500_000;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double PERCENT = 100;

    private long[] nanos = new long[0];
    private long processorNanos;
    private long wallNanos;

    /** Adds a turn's samples, after some to warm up that come sooner after one another. */
    void watch(Executor pool) throws InterruptedException {
        for (int wake = 0; wake < WARM_UPS; wake++) {
            wake(pool, SHORT_IDLE_NANOS);
        }
        int before = nanos.length;
        nanos = Arrays.copyOf(nanos, before + SAMPLES);
        long processor = processorNanos();
        long begin = System.nanoTime();
        for (int sample = before; sample < nanos.length; sample++) {
            nanos[sample] = wake(pool, IDLE_NANOS);
        }
        wallNanos += System.nanoTime() - begin;
        processorNanos += processorNanos() - processor;
    }

    /** The time below which this share of the samples lies. */
    double micros(double share) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[(int) (sorted.length * share)] / NANOS_PER_MICRO;
    }

    /** What the whole process used of the processor, in percent of one core, the wake-ups and the waking thread included. */
    double percentOfCore() {
        return PERCENT * processorNanos / wallNanos;
    }

    private static long processorNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toNanos();
    }

    private static long wake(Executor pool, long idleNanos) throws InterruptedException {
        long idleUntil = System.nanoTime() + idleNanos;
        while (System.nanoTime() < idleUntil) {
            LockSupport.parkNanos(idleUntil - System.nanoTime());
        }
        Waking waking = new Waking(Thread.currentThread());
        long begin = System.nanoTime();
        pool.execute(waking);
        return waking.await() - begin;
    }

    private static final class Waking implements Runnable {
        private final Thread caller;
        private long begun;
        private volatile boolean done;

        private Waking(Thread caller) {
            this.caller = caller;
        }

        @Override
        public void run() {
            begun = System.nanoTime();
            done = true;
            LockSupport.unpark(caller);
        }

        private long await() throws InterruptedException {
            while (!done) {
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            return begun;
        }
    }
}
