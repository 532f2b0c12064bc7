package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.HyphaMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What one call of ours, or one result with methods or generators in it, keeps for its peer. Only that peer may reach
 * into it.
 */
final class Session {
    private final String id;
    private final String target;
    private final @Nullable CompletableFuture<@Nullable Object> answer;
    private final CallOptions options;
    private final Map<String, HyphaMethod> objects = new ConcurrentHashMap<>(1);
    private volatile long heardNanos;

    /**
     * A session that is open.
     *
     * @param answer what a call waits for; null for a result
     * @param now when the peer was last heard of
     */
    Session(
            String id,
            String target,
            @Nullable CompletableFuture<@Nullable Object> answer,
            CallOptions options,
            long now) {
        this.id = id;
        this.target = target;
        this.answer = answer;
        this.options = options;
        this.heardNanos = now;
    }

    String id() {
        return id;
    }

    String target() {
        return target;
    }

    /** What a call waits for; null if this is a result. */
    @Nullable
    CompletableFuture<@Nullable Object> answer() {
        return answer;
    }

    /** Whether it is with this peer; the manager answers by its newest name. */
    boolean isWith(String peer) {
        return target.equals(peer) || target.startsWith("*/") && peer.startsWith("*/");
    }

    /** Ends the call, if there is a failure. */
    void fail(@Nullable Throwable failure) {
        CompletableFuture<@Nullable Object> call = answer;
        if (call == null || failure == null) {
            return;
        }
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        call.completeExceptionally(
                cause instanceof HyphaException
                        ? cause
                        : new HyphaException("the call was not sent: " + cause.getMessage(), cause));
    }

    CallOptions options() {
        return options;
    }

    void put(String name, HyphaMethod object) {
        objects.put(name, object);
    }

    @Nullable
    HyphaMethod object(String name) {
        return objects.get(name);
    }

    /** Drops an object; true if it was the last one. */
    boolean drop(String name) {
        return objects.remove(name) != null && objects.isEmpty();
    }

    void heard(long now) {
        heardNanos = now;
    }

    /** Whether nothing was heard of it for too long. */
    boolean silent(long now) {
        return now - heardNanos > options.silence().toNanos();
    }

    /** What to say of one that was silent. */
    String silence() {
        double seconds = options.silence().toMillis() / 1e3;
        return target + " said nothing of the call for " + seconds + " s, not even that it still runs";
    }

    /** Drops all objects and gives back the generators among them, which are to be ended. */
    List<LocalGenerator> clear() {
        List<LocalGenerator> generators = new ArrayList<>();
        for (HyphaMethod object : objects.values()) {
            if (object instanceof LocalGenerator.Next(LocalGenerator generator)) {
                generators.add(generator);
            }
        }
        objects.clear();
        return generators;
    }
}
