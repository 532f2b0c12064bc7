package dev.psyne.hypha.internal.manager;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.Visibility;
import dev.psyne.hypha.internal.router.Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of a service it registers, checked.
 *
 * @param name the service's id at its client
 * @param config with what the server adds
 * @param fields all of the description
 */
record ServiceDescription(String name, Map<String, @Nullable Object> config, Map<String, @Nullable Object> fields) {
    private static final int MAX_NAME_CHARACTERS = 256;
    private static final int MAX_AUTHORIZED = 1_000;

    /**
     * Checks a description.
     *
     * @throws HyphaException for an id of another client or workspace, or a configuration that contradicts itself
     */
    static ServiceDescription of(Object service, Caller caller) {
        Map<String, @Nullable Object> fields = map(service, "a service");
        String name = name(String.valueOf(fields.get("id")), caller.address());
        Map<String, @Nullable Object> config = map(fields.getOrDefault("config", Map.of()), "a service's config");
        checkAuthorized(config);
        config.put("workspace", caller.workspace());
        config.put("created_by", Map.of("id", caller.user().id()));
        fields.put("config", config);
        fields.put("id", caller.address() + ":" + name);
        fields.putIfAbsent("name", name);
        fields.putIfAbsent("app_id", "*");
        fields.putIfAbsent("type", "generic");
        return new ServiceDescription(name, config, fields);
    }

    /** Whether it stands for an interface that was passed as an argument: clients keep those to themselves. */
    boolean isInterface() {
        return name.startsWith("_rintf_");
    }

    ServiceInfo toInfo(Address owner, long order, int maxBytes) {
        List<String> authorized = new ArrayList<>();
        if (config.get("authorized_workspaces") instanceof List<?> list) {
            list.forEach(one -> authorized.add(String.valueOf(one)));
        }
        byte[] encoded;
        try {
            encoded = ServiceInfo.encode(fields, maxBytes);
        } catch (IllegalArgumentException tooLong) {
            throw new HyphaException("ValueError: the description of service '" + name + "' is longer than " + maxBytes
                    + " bytes, or holds what is no value: " + tooLong.getMessage());
        }
        return new ServiceInfo(
                owner,
                name,
                text(fields.get("app_id"), "*"),
                text(fields.get("type"), "generic"),
                visibility(config),
                List.copyOf(authorized),
                order,
                encoded);
    }

    /** The service's id at its client, of {@code [[workspace/]client:]service}. */
    private static String name(String id, Address caller) {
        ServiceQuery query = ServiceQuery.ofId(id, caller.workspace());
        if (!query.workspace().equals(caller.workspace())) {
            throw new HyphaException("PermissionError: services are registered in one's own workspace "
                    + caller.workspace() + ", not in " + query.workspace());
        }
        if (id.contains(":") && !query.client().equals(caller.client())) {
            throw new HyphaException("PermissionError: '" + id + "' is a service of another client: " + caller.client()
                    + " registers only its own");
        }
        String name = query.service();
        boolean legal = !name.isEmpty()
                && name.length() <= MAX_NAME_CHARACTERS
                && name.chars().noneMatch(c -> c <= ' ' || c == 0x7f || "/:@*?".indexOf(c) >= 0);
        if (!legal) {
            throw new HyphaException("ValueError: a service's id has 1 to " + MAX_NAME_CHARACTERS
                    + " characters without spaces, '/', ':', '@', '*' and '?'");
        }
        return name;
    }

    private static void checkAuthorized(Map<String, @Nullable Object> config) {
        Object authorized = config.get("authorized_workspaces");
        Visibility visibility = visibility(config);
        if (authorized == null) {
            return;
        }
        if (visibility != Visibility.PROTECTED) {
            throw new HyphaException(
                    "ValueError: authorized_workspaces can only be set when visibility is 'protected'");
        }
        if (!(authorized instanceof List<?> list) || list.size() > MAX_AUTHORIZED) {
            throw new HyphaException(
                    "ValueError: authorized_workspaces must be a list of at most " + MAX_AUTHORIZED + " workspaces");
        }
        if (!list.stream().allMatch(String.class::isInstance)) {
            throw new HyphaException("ValueError: each of authorized_workspaces must be a string");
        }
    }

    private static Visibility visibility(Map<String, @Nullable Object> config) {
        Object word = config.get("visibility");
        if (word == null) {
            return Visibility.PROTECTED;
        }
        for (Visibility visibility : Visibility.values()) {
            if (visibility.word().equals(word)) {
                return visibility;
            }
        }
        throw new HyphaException("ValueError: a visibility is public, protected or unlisted, not '" + word + "'");
    }

    private static String text(@Nullable Object value, String otherwise) {
        return value instanceof String text ? text : otherwise;
    }

    private static Map<String, @Nullable Object> map(@Nullable Object value, String what) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        switch (value) {
            case null -> {}
            case Map<?, ?> map -> map.forEach((key, one) -> copy.put(String.valueOf(key), one));
            default -> throw new HyphaException("TypeError: " + what + " is a map");
        }
        return copy;
    }
}
