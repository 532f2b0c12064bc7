package dev.psyne.channel.internal.ring;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A call on a thread of its own. */
record Waiting<T>(Thread thread, FutureTask<T> task) {
    private static final long PATIENCE_SECONDS = 60;

    static <T> Waiting<T> start(boolean virtual, Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread =
                virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().start(task);
        return new Waiting<>(thread, task);
    }

    /** Starts a call that is to wait, and returns once it does. */
    static <T> Waiting<T> startAndAwait(boolean virtual, BooleanSupplier waits, Callable<T> call) {
        Waiting<T> waiting = start(virtual, call);
        while (!waits.getAsBoolean()) {
            assertFalse(waiting.task.isDone(), "it was to wait");
            Thread.yield();
        }
        return waiting;
    }

    T result() throws Exception {
        return task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Nullable
    Throwable failure() {
        return assertThrows(ExecutionException.class, this::result).getCause();
    }
}
