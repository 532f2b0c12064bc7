package dev.psyne.net;

import dev.psyne.fiber.AwaitTimeoutException;
import dev.psyne.fiber.Futures;
import io.netty.util.concurrent.BlockingOperationException;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a future of Netty, such as the end of a write or a connect: a job that waits gives its worker away, and any other
 * thread but an event loop's may wait too. An interrupt or a timeout ends the wait and leaves the operation alone.
 *
 * <p>An event loop that waits for what an event loop has to do first would wait for ever, so that is refused at once, whatever
 * the future and also if it is done already; a listener is the way there.
 */
public final class NettyFutures {
    /** So long a fiber counts on a listener, which wakes it in half the time that Netty's own wait takes. */
    private static final Duration LISTENING = Duration.ofMillis(100);

    private NettyFutures() {}

    /**
     * Waits for the future's value.
     *
     * @throws dev.psyne.fiber.JobFailedException if the operation failed or was cancelled; the cause says why
     * @throws dev.psyne.fiber.AwaitInterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if called by an event loop
     */
    public static <T extends @Nullable Object> T await(Future<T> future) {
        refuseEventLoops(future);
        try {
            listen(future, LISTENING);
            return Futures.await(future);
        } catch (BlockingOperationException onItsOwnLoop) {
            throw refused(future, onItsOwnLoop);
        }
    }

    /**
     * As {@link #await(Future)}, for so long at most (zero or less: only if it is done).
     *
     * @throws dev.psyne.fiber.AwaitTimeoutException if the operation was not done in time
     */
    public static <T extends @Nullable Object> T await(Future<T> future, Duration timeout) {
        refuseEventLoops(future);
        long start = System.nanoTime();
        try {
            listen(future, timeout.compareTo(LISTENING) < 0 ? timeout : LISTENING);
            return Futures.await(future, left(timeout, start));
        } catch (BlockingOperationException onItsOwnLoop) {
            throw refused(future, onItsOwnLoop);
        }
    }

    /**
     * Returns soon after the future is done, or when the time is over. A listener alone is not enough: a loop that has ended
     * tells none, and an event loop on a thread of unknown make is found out by Netty's own wait only.
     */
    private static <T extends @Nullable Object> void listen(Future<T> future, Duration atMost) {
        if (future.isDone() || !Thread.currentThread().isVirtual()) {
            return;
        }
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        GenericFutureListener<Future<T>> listener = done -> told.complete(true);
        future.addListener(listener);
        try {
            Futures.await(told, atMost);
        } catch (AwaitTimeoutException notYet) {
            // The caller goes on to Netty's own wait, or to the end of its time.
        } finally {
            if (!told.isDone()) {
                future.removeListener(listener);
            }
        }
    }

    private static Duration left(Duration timeout, long start) {
        return timeout.isPositive() ? timeout.minusNanos(System.nanoTime() - start) : timeout;
    }

    private static void refuseEventLoops(Future<?> future) {
        if (Thread.currentThread() instanceof FastThreadLocalThread thread && !thread.permitBlockingCalls()) {
            throw refused(future, null);
        }
    }

    private static IllegalStateException refused(Future<?> future, @Nullable Throwable cause) {
        return new IllegalStateException(
                Thread.currentThread().getName() + " is an event loop and must not wait for " + future
                        + ": add a listener, or wait in a job of a scheduler",
                cause);
    }
}
