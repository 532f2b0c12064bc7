package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.RemoteMethod;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A method of a peer.
 *
 * @param endpoint calls it
 * @param description as its owner encoded it, the target with its workspace
 * @param parent the owner's session that it belongs to, if any
 */
record CalledMethod(
        Endpoint endpoint,
        Map<String, @Nullable Object> description,
        @Nullable String parent) implements RemoteMethod {
    @Override
    public String name() {
        String path = path();
        Object name = description.get("_rname");
        return name instanceof String text ? text : path.substring(path.lastIndexOf('.') + 1);
    }

    @Override
    public String target() {
        return String.valueOf(description.get("_rtarget"));
    }

    @Override
    public CompletableFuture<@Nullable Object> call(List<?> arguments, Map<String, ?> keywords) {
        Object promise = description.get("_rpromise");
        if (promise == null || Boolean.FALSE.equals(promise)) {
            return endpoint.tell(target(), path(), arguments, keywords, parent);
        }
        return endpoint.call(target(), path(), arguments, keywords, CallOptions.STANDARD.parent(parent));
    }

    private String path() {
        return String.valueOf(description.get("_rmethod"));
    }

    @Override
    public String toString() {
        return target() + ":" + path();
    }
}
