package dev.psyne.hypha.internal.manager;

import dev.psyne.hypha.HyphaException;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Values that clients keep in a workspace, by a word, for as long as the workspace exists. Any thread may call. */
final class WorkspaceNotes {
    /** Values of one workspace. */
    static final int MAX_NOTES = 256;

    /** Bytes of one value in MessagePack. */
    static final int MAX_BYTES = 64 << 10;

    /** Workspaces with values. */
    static final int MAX_WORKSPACES = 1_000;

    private final String what;
    private final Map<String, Map<String, @Nullable Object>> workspaces = new ConcurrentHashMap<>();

    /** {@code what} a value is called in errors. */
    WorkspaceNotes(String what) {
        this.what = what;
    }

    void put(String workspace, String key, @Nullable Object value) {
        try {
            requireSmall(key);
            requireSmall(value);
        } catch (IllegalArgumentException tooLong) {
            throw new HyphaException("ValueError: a " + what + ": " + tooLong.getMessage());
        }
        if (workspaces.size() >= MAX_WORKSPACES && !workspaces.containsKey(workspace)) {
            throw new HyphaException("RuntimeError: " + MAX_WORKSPACES + " workspaces have a " + what
                    + ", which is the limit: try again later");
        }
        workspaces.compute(workspace, (_, notes) -> {
            Map<String, @Nullable Object> all = notes == null ? new LinkedHashMap<>() : new LinkedHashMap<>(notes);
            all.put(key, value);
            if (all.size() > MAX_NOTES) {
                throw new HyphaException("ValueError: a workspace has at most " + MAX_NOTES + " of a " + what);
            }
            return all;
        });
    }

    /**
     * Refuses what is no plain value or longer than {@link #MAX_BYTES}.
     *
     * @throws IllegalArgumentException if it is
     */
    static void requireSmall(@Nullable Object value) {
        new MessagePackWriter(MAX_BYTES, MessagePackLimits.MAX_DEPTH)
                .value(value)
                .toFrame();
    }

    @Nullable
    Object get(String workspace, String key) {
        Map<String, @Nullable Object> notes = all(workspace);
        if (!notes.containsKey(key)) {
            throw new HyphaException("KeyError: 'There is no " + what + " " + key + " in workspace " + workspace + "'");
        }
        return notes.get(key);
    }

    /** Never changed once it can be seen. */
    Map<String, @Nullable Object> all(String workspace) {
        return workspaces.getOrDefault(workspace, Map.of());
    }

    void drop(String workspace) {
        workspaces.remove(workspace);
    }
}
