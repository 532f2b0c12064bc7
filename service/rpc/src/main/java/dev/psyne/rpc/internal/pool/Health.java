package dev.psyne.rpc.internal.pool;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How well the calls of one target went lately: the share that was {@code unavailable}, and how long answers took, both as
 * moving averages. A sample that is lost between two threads does no harm, so nothing is locked. Any thread may call.
 */
final class Health {
    private static final double WEIGHT = 1.0 / 8;

    /** From this share of failures on a target is left out. */
    private static final double OUT = 0.5;

    private static final double BARELY = 0.05;

    /** A smaller share of failures than this says nothing. */
    private static final double FEW = 1.0 / 16;

    private static final double HALF_LIFE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A lost connection says more than one call. */
    private static final int SAMPLES_OF_A_LOSS = 2;

    /** Answers faster than this count as equally fast: what differs is mostly what was asked. */
    private static final double FAST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** So much slower a target is taken for at most, so that one slow method does not empty it. */
    private static final double SLOWEST = 8;

    private final long probeNanos;
    private final AtomicLong errors = new AtomicLong();
    private final AtomicLong latency = new AtomicLong(Double.doubleToRawLongBits(FAST_NANOS));
    private final AtomicLong sampledNanos = new AtomicLong();
    private final AtomicLong outUntil = new AtomicLong(Long.MIN_VALUE);

    /** Probed every {@code probeNanos} while it is left out. */
    Health(long probeNanos) {
        this.probeNanos = probeNanos;
    }

    /** A call was answered in so many nanoseconds. */
    void answered(long nanos, long nowNanos) {
        answered(nowNanos);
        mix(latency, nanos);
    }

    /** A call was answered: a target that was left out is in again. */
    void answered(long nowNanos) {
        sampledNanos.set(nowNanos);
        if (share() >= OUT) {
            errors.set(Double.doubleToRawLongBits(OUT / 2));
        } else {
            mix(errors, 0);
        }
    }

    /** A call was {@code unavailable}. */
    void failed(long nowNanos) {
        sampledNanos.set(nowNanos);
        mix(errors, 1);
        if (share() >= OUT) {
            outUntil.set(nowNanos + probeNanos);
        }
    }

    /** A connection was lost. */
    void lost(long nowNanos) {
        for (int i = 0; i < SAMPLES_OF_A_LOSS; i++) {
            failed(nowNanos);
        }
    }

    /** Whether it should not be called now. */
    boolean isOut(long nowNanos) {
        return share() >= OUT && outUntil.get() - nowNanos > 0;
    }

    /** Whether it is left out but for the caller, who is the first to see that it is time to try it. */
    boolean isProbe(long nowNanos) {
        long until = outUntil.get();
        return share() >= OUT && until - nowNanos <= 0 && outUntil.compareAndSet(until, nowNanos + probeNanos);
    }

    /**
     * What a call costs here: 1 where all is well, more where calls fail or take long. What was seen counts less and less while
     * nobody calls, so that a target which is not chosen for it is chosen again.
     */
    double cost(long nowNanos) {
        double age = Math.max(0, nowNanos - sampledNanos.get());
        double still = Math.pow(2, -age / HALF_LIFE_NANOS);
        double fails = still * share();
        double slow = Math.min(SLOWEST, still * Double.longBitsToDouble(latency.get()) / FAST_NANOS);
        // In steps, so that what hardly differs costs the same and takes turns.
        double steps = Long.highestOneBit(Math.max(1, (long) slow));
        return steps / (fails < FEW ? 1 : Math.max(BARELY, 1 - fails));
    }

    private double share() {
        return Double.longBitsToDouble(errors.get());
    }

    private static void mix(AtomicLong average, double sample) {
        double before = Double.longBitsToDouble(average.get());
        average.set(Double.doubleToRawLongBits(before + WEIGHT * (sample - before)));
    }
}
