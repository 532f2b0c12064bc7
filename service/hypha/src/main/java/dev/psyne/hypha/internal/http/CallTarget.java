package dev.psyne.hypha.internal.http;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.RemoteMethod;
import dev.psyne.net.HttpExchange;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Finds the function that a path names among the services that a guest sees, and calls it. */
final class CallTarget {
    private CallTarget() {}

    /**
     * Calls and waits.
     *
     * @throws HyphaException if there is no such service or function, or if it fails
     */
    static @Nullable Object call(
            HttpExchange exchange,
            Guest guest,
            ServicePath path,
            @Nullable String mode,
            Map<String, @Nullable Object> arguments)
            throws InterruptedException {
        String function = String.valueOf(path.function());
        if (path.isManager()) {
            return Waiting.forResult(exchange, guest.manager(function, List.of(), arguments));
        }
        Object service = Waiting.forResult(
                exchange,
                guest.manager(
                        "get_service",
                        List.of(path.id()),
                        mode == null ? Map.of() : Map.of("config", Map.of("mode", mode))));
        RemoteMethod method = find(service, function, path.id());
        CompletableFuture<@Nullable Object> call = method.call(List.of(), arguments);
        return Waiting.forResult(exchange, call);
    }

    private static RemoteMethod find(@Nullable Object service, String function, String id) {
        Object found = service;
        for (String name : function.split("\\.", -1)) {
            found = found instanceof Map<?, ?> members ? members.get(name) : null;
        }
        if (found instanceof RemoteMethod method) {
            return method;
        }
        throw new HyphaException("KeyError: Function not found: " + function + " of " + id);
    }
}
