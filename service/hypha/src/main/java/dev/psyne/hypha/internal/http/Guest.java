package dev.psyne.hypha.internal.http;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The sender of one HTTP request as a client of the router. Methods that the manager gives belong to it and end with it. */
public interface Guest extends AutoCloseable {
    /** The workspace it has joined. */
    String workspace();

    /** Calls a method of the manager's own service; fails with a {@link dev.psyne.hypha.HyphaException}. */
    CompletableFuture<@Nullable Object> manager(String method, List<?> arguments, Map<String, ?> keywords);

    /** Leaves; calls that are open fail. Does not throw. */
    @Override
    void close();
}
