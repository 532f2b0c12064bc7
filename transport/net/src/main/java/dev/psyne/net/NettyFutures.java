package dev.psyne.net;

import dev.psyne.fiber.Futures;
import io.netty.util.concurrent.BlockingOperationException;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a future of Netty, such as the end of a write or a connect: a job that waits gives its worker away, and any other
 * thread but an event loop's may wait too. An interrupt or a timeout ends the wait and leaves the operation alone.
 *
 * <p>An event loop that waits for what an event loop has to do first would wait for ever, so that is refused at once, whatever
 * the future and also if it is done already; a listener is the way there.
 */
public final class NettyFutures {
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
        try {
            return Futures.await(future, timeout);
        } catch (BlockingOperationException onItsOwnLoop) {
            throw refused(future, onItsOwnLoop);
        }
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
