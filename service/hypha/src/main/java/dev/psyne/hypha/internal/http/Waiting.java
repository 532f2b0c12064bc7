package dev.psyne.hypha.internal.http;

import dev.psyne.hypha.HyphaException;
import dev.psyne.net.HttpExchange;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Waits for a call on behalf of a request, for as long as there is somebody to answer. */
final class Waiting {
    private Waiting() {}

    /**
     * What the call gives.
     *
     * @throws HyphaException if it fails
     * @throws java.util.concurrent.CancellationException if the client has gone
     */
    static @Nullable Object forResult(HttpExchange exchange, CompletableFuture<@Nullable Object> call)
            throws InterruptedException {
        exchange.onDisconnect(() -> call.cancel(true));
        try {
            return call.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof HyphaException told
                    ? told
                    : new HyphaException(String.valueOf(failed.getCause()), failed);
        }
    }
}
