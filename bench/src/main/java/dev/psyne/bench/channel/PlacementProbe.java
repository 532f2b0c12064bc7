package dev.psyne.bench.channel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Times a round trip of 8 bytes between two threads through two words, each on cache lines of its own. The median of
 * batches, so that a thread that loses its core for a moment does not count.
 */
final class PlacementProbe {
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int BATCHES = 21;
    private static final int TRIPS_PER_BATCH = 1000;
    private static final int WARM_UP_PROBES = 5;
    private static final int PING = 32;
    private static final int PONG = 64;
    private static final int WORDS = 96;

    private final long[] words = new long[WORDS];
    private long last;

    /** Compiles the loops. */
    void warmUp() throws InterruptedException {
        for (int probe = 0; probe < WARM_UP_PROBES; probe++) {
            roundTripNanos();
        }
    }

    /** The round trip now, in nanoseconds. Takes 3 to 15 milliseconds. */
    double roundTripNanos() throws InterruptedException {
        long first = last + 1;
        last += (long) BATCHES * TRIPS_PER_BATCH;
        Thread answering = Thread.ofPlatform().name("probe").daemon().start(() -> answer(first, last));
        double[] batches = new double[BATCHES];
        for (int batch = 0; batch < BATCHES; batch++) {
            batches[batch] = ask(first + (long) batch * TRIPS_PER_BATCH) / (double) TRIPS_PER_BATCH;
        }
        answering.join();
        Arrays.sort(batches);
        return batches[BATCHES / 2];
    }

    private long ask(long first) {
        long begin = System.nanoTime();
        for (long value = first; value < first + TRIPS_PER_BATCH; value++) {
            WORD.setRelease(words, PING, value);
            while ((long) WORD.getAcquire(words, PONG) != value) {
                Thread.onSpinWait();
            }
        }
        return System.nanoTime() - begin;
    }

    private void answer(long from, long to) {
        for (long value = from; value <= to; value++) {
            while ((long) WORD.getAcquire(words, PING) != value) {
                Thread.onSpinWait();
            }
            WORD.setRelease(words, PONG, value);
        }
    }
}
