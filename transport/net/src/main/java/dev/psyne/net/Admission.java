package dev.psyne.net;

import dev.psyne.fiber.Scheduler;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Lets a bounded number of requests run as jobs and a bounded number wait. A job that ends takes the next one with it, so a
 * waiting request costs no fiber. Called from event loops and jobs; the lock is held for a few instructions.
 */
final class Admission {
    private final Object lock = new Object();
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private final Scheduler scheduler;
    private final int maxRunning;
    private final int maxWaiting;
    private int running;

    Admission(Scheduler scheduler, int maxRunning, int maxWaiting) {
        this.scheduler = scheduler;
        this.maxRunning = maxRunning;
        this.maxWaiting = maxWaiting;
    }

    boolean isFull() {
        synchronized (lock) {
            return running >= maxRunning && waiting.size() >= maxWaiting;
        }
    }

    /** Runs {@code request} now or later; false if as many run and wait as may, and then it never runs. */
    boolean offer(Runnable request) {
        synchronized (lock) {
            if (running >= maxRunning) {
                return waiting.size() < maxWaiting && waiting.offer(request);
            }
            running++;
        }
        boolean spawned = false;
        try {
            scheduler.spawn(() -> runAll(request));
            spawned = true;
        } finally {
            if (!spawned) {
                next();
            }
        }
        return true;
    }

    /** Takes a waiting request back; false if it has started, or was never offered. */
    boolean withdraw(Runnable request) {
        synchronized (lock) {
            return waiting.remove(request);
        }
    }

    int running() {
        synchronized (lock) {
            return running;
        }
    }

    int waiting() {
        synchronized (lock) {
            return waiting.size();
        }
    }

    private void runAll(Runnable first) {
        for (Runnable request = first; request != null; request = next()) {
            request.run();
        }
    }

    private @Nullable Runnable next() {
        synchronized (lock) {
            Runnable request = waiting.poll();
            if (request == null) {
                running--;
            }
            return request;
        }
    }
}
