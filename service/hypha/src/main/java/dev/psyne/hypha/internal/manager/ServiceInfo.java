package dev.psyne.hypha.internal.manager;

import dev.psyne.hypha.Visibility;
import dev.psyne.hypha.internal.router.Address;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackReader;
import dev.psyne.rpc.MessagePackWriter;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One registered service. What its owner said of it is kept in MessagePack: ten thousand descriptions are then small.
 *
 * @param owner the client that has it
 * @param name its id at its owner
 * @param appId the app it belongs to, {@code *} for none
 * @param type the word by which it is found
 * @param visibility who may call it
 * @param authorizedWorkspaces other workspaces that may call it though it is protected
 * @param order of registration
 * @param encoded the whole description
 */
public record ServiceInfo(
        Address owner,
        String name,
        String appId,
        String type,
        Visibility visibility,
        List<String> authorizedWorkspaces,
        long order,
        byte[] encoded) {
    private static final int MAX_ELEMENTS = 65_536;
    private static final int MAX_KEY_BYTES = 1_024;
    private static final MessagePackLimits LIMITS =
            MessagePackLimits.lenient(MessagePackLimits.MAX_DEPTH, MAX_ELEMENTS, MAX_KEY_BYTES);

    /** The full id, {@code workspace/client:service}. */
    public String id() {
        return owner + ":" + name;
    }

    /** The id that tells it from all others, {@code workspace/client:service@app}. */
    public String key() {
        return id() + "@" + appId;
    }

    /** The description, for the caller to change. */
    public Map<String, @Nullable Object> describe() {
        return new MessagePackReader(MemorySegment.ofArray(encoded), LIMITS).readMap();
    }

    /** The description as those of another workspace see it. */
    public Map<String, @Nullable Object> describeTo(String workspace) {
        Map<String, @Nullable Object> description = describe();
        if (!workspace.equals(owner.workspace()) && description.get("config") instanceof Map<?, ?> config) {
            Map<String, @Nullable Object> shown = new LinkedHashMap<>();
            config.forEach((key, value) -> shown.put(String.valueOf(key), value));
            shown.remove("authorized_workspaces");
            description.put("config", shown);
        }
        return description;
    }

    /**
     * A description as it is kept.
     *
     * @throws IllegalArgumentException if it is longer than {@code maxBytes}
     */
    static byte[] encode(Map<String, ? extends @Nullable Object> description, int maxBytes) {
        return new MessagePackWriter(maxBytes, MessagePackLimits.MAX_DEPTH)
                .value(description)
                .toFrame();
    }
}
