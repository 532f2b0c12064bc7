package dev.psyne.channel.internal.ipc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs in which a child halts before one of its stores: a store each, several at a time, each with its own child. */
final class HaltedRuns {
    /** A run spends about half of its time waiting for its child to start and to be found dead. */
    private static final int RUNS_PER_PROCESSOR = 2;

    private HaltedRuns() {}

    /** One of them. */
    @FunctionalInterface
    interface Run {
        /** False if the child came to its end without making that store. */
        boolean halts(int store) throws Exception;
    }

    /** Tries every {@code step}-th store until a child comes to its end; answers how many stores it was tried with. */
    static int untilNoneHalts(int step, Run run) throws Exception {
        int width = RUNS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors();
        try (ExecutorService threads = Executors.newFixedThreadPool(width)) {
            for (int first = 0; ; first += width * step) {
                List<Callable<Boolean>> wave = new ArrayList<>();
                for (int place = 0; place < width; place++) {
                    int store = first + place * step;
                    wave.add(() -> run.halts(store));
                }
                int halted = halted(threads.invokeAll(wave));
                if (halted < width) {
                    return first + halted * step;
                }
            }
        }
    }

    /**
     * How many at the front halted. How many stores a child makes depends on how often it waits, so one behind the first that
     * came to its end may halt all the same.
     */
    private static int halted(List<Future<Boolean>> wave) throws Exception {
        int halted = wave.size();
        for (int place = wave.size() - 1; place >= 0; place--) {
            if (!hasHalted(wave.get(place))) {
                halted = place;
            }
        }
        return halted;
    }

    private static boolean hasHalted(Future<Boolean> run) throws Exception {
        try {
            return run.get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof AssertionError wrong) {
                throw wrong;
            }
            throw failure;
        }
    }
}
