package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.HyphaException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Waiting for calls. */
public final class Answer {
    private Answer() {}

    /**
     * The answer of a call, when it is there. A fiber that waits lets others run.
     *
     * @throws HyphaException if the call failed, or the waiting thread is interrupted: the call is forgotten then
     */
    public static @Nullable Object await(CompletableFuture<@Nullable Object> call) {
        try {
            return call.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof HyphaException told
                    ? new HyphaException(told.getMessage(), told)
                    : new HyphaException("a call failed: " + e.getCause(), e);
        } catch (CancellationException e) {
            throw new HyphaException("a call was cancelled", e);
        } catch (InterruptedException e) {
            call.cancel(false);
            Thread.currentThread().interrupt();
            throw new HyphaException("interrupted while waiting for a call", e);
        }
    }
}
