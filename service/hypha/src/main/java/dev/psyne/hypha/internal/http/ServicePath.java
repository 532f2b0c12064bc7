package dev.psyne.hypha.internal.http;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a path {@code /{workspace}/services/{service}/{function}} names.
 *
 * @param workspace the first segment
 * @param service {@code service} or {@code client:service}; null for all of the workspace
 * @param function names with dots between them; null for the service itself
 */
record ServicePath(
        String workspace,
        @Nullable String service,
        @Nullable String function) {
    private static final int WORKSPACE = 1;
    private static final int SERVICE = 3;
    private static final int FUNCTION = 4;

    /** Names of the manager's own service. */
    private static final Set<String> MANAGER = Set.of("ws", "~");

    /** Reads a path that the server's route has let through; null if there is more in it than a function. */
    static @Nullable ServicePath of(String path) {
        String[] segments = path.split("/", -1);
        int count = segments[segments.length - 1].isEmpty() ? segments.length - 1 : segments.length;
        if (count > FUNCTION + 1) {
            return null;
        }
        return new ServicePath(
                segments[WORKSPACE],
                count > SERVICE ? segments[SERVICE] : null,
                count > FUNCTION ? segments[FUNCTION] : null);
    }

    /** Whether the manager itself is meant. */
    boolean isManager() {
        return service != null && MANAGER.contains(service);
    }

    /** What the manager knows the service by. */
    String id() {
        return workspace + "/" + service;
    }
}
