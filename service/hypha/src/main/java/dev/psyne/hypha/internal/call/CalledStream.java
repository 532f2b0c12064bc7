package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.RemoteMethod;
import dev.psyne.hypha.RemoteStream;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A generator of a peer. */
final class CalledStream implements RemoteStream {
    private final RemoteMethod fetch;
    private final @Nullable RemoteMethod end;
    private @Nullable Object element;
    private boolean fetched;
    private volatile boolean ended;

    /** A generator not read yet; {@code end} lets it go, if it has such a method. */
    CalledStream(RemoteMethod fetch, @Nullable RemoteMethod end) {
        this.fetch = fetch;
        this.end = end;
    }

    @Override
    public boolean hasNext() {
        if (fetched || ended) {
            return fetched;
        }
        Object next;
        try {
            next = Answer.await(fetch.call());
        } catch (HyphaException e) {
            ended = true;
            throw e;
        }
        if (next instanceof Map<?, ?> map && "stop_iteration".equals(map.get("_rtype"))) {
            ended = true;
            return false;
        }
        element = next;
        fetched = true;
        return true;
    }

    @Override
    public @Nullable Object next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the generator has ended");
        }
        fetched = false;
        Object next = element;
        element = null;
        return next;
    }

    @Override
    public void close() {
        if (!ended && end != null) {
            CompletableFuture<@Nullable Object> _ = end.call();
        }
        ended = true;
    }
}
