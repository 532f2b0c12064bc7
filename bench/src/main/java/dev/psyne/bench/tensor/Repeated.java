package dev.psyne.bench.tensor;

import dev.psyne.bench.Turns.Contestant;
import dev.psyne.fiber.Scheduler;

/** A call repeated for a while, as work per nanosecond: billions a second. */
final class Repeated {
    /** Rounds of each contestant: with two threads a machine that lends its cores changes from one to the next. */
    static final int ROUNDS = 15;

    private static final long ROUND_NANOS = 200_000_000;

    /** So long the threads of whoever had its turn before may look for more to do, and this one's take to awake. */
    private static final long SETTLING_NANOS = 60_000_000;

    private Repeated() {}

    /** A contestant whose figure is {@code work} of each call a nanosecond. */
    static Contestant of(double work, Runnable call) {
        return () -> measure(work, call);
    }

    /** The same for calls that a job makes one after the other, as a model does; the peers' threads are as awake. */
    static Contestant inJob(Scheduler scheduler, double work, Runnable call) {
        return () -> {
            double[] figure = new double[1];
            scheduler.run(() -> figure[0] = measure(work, call));
            return figure[0];
        };
    }

    private static double measure(double work, Runnable call) {
        perNano(call, SETTLING_NANOS);
        return work * perNano(call, ROUND_NANOS);
    }

    private static double perNano(Runnable call, long duration) {
        long begin = System.nanoTime();
        long calls = 0;
        long nanos;
        do {
            call.run();
            calls++;
            nanos = System.nanoTime() - begin;
        } while (nanos < duration);
        return (double) calls / nanos;
    }

    /** For example {@code , 2 threads}. */
    static String threads(int threads) {
        return threads == 1 ? ", 1 thread" : ", " + threads + " threads";
    }
}
