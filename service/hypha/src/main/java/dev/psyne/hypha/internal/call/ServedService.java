package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.HyphaMethod;
import dev.psyne.hypha.HyphaService;
import dev.psyne.hypha.Visibility;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A service at an endpoint.
 *
 * @param service as it was given
 * @param methods its methods by dotted path
 * @param description what a client gets that asks for it, methods encoded
 * @param onlyCaller the one address that may call it; null for whom its visibility lets
 */
record ServedService(
        HyphaService service,
        Map<String, HyphaMethod> methods,
        Map<String, @Nullable Object> description,
        @Nullable String onlyCaller) {
    static ServedService of(String address, HyphaService service, @Nullable String onlyCaller) {
        Map<String, HyphaMethod> methods = new LinkedHashMap<>();
        Map<String, @Nullable Object> description = new LinkedHashMap<>(service.description());
        MethodDescription describe = new MethodDescription(address);
        description.replaceAll((name, member) -> member(service.id(), name, member, methods, describe));
        return new ServedService(service, methods, description, onlyCaller);
    }

    private static @Nullable Object member(
            String id,
            String path,
            @Nullable Object member,
            Map<String, HyphaMethod> methods,
            MethodDescription describe) {
        return switch (member) {
            case HyphaMethod method -> {
                methods.put(path, method);
                yield describe.method("services." + id + "." + path, method);
            }
            case Map<?, ?> group -> {
                Map<String, @Nullable Object> described = new LinkedHashMap<>();
                group.forEach((name, inner) ->
                        described.put(String.valueOf(name), member(id, path + "." + name, inner, methods, describe)));
                yield described;
            }
            case null, default -> member;
        };
    }

    /** Refuses a caller that may not call it. */
    void checkCaller(String workspace, String caller, String path) {
        String callerWorkspace = caller.substring(0, Math.max(caller.indexOf('/'), 0));
        boolean allowed = onlyCaller != null ? onlyCaller.equals(caller) : lets(workspace, callerWorkspace);
        if (!allowed) {
            throw new HyphaException("PermissionError: Permission denied for invoking protected method " + path
                    + ", workspace mismatch: " + workspace + " != " + callerWorkspace);
        }
    }

    /** Whether clients of a workspace may have it. */
    boolean lets(String workspace, String callerWorkspace) {
        return service.visibility() != Visibility.PROTECTED
                || callerWorkspace.equals(workspace)
                || callerWorkspace.equals("*")
                || service.authorizedWorkspaces().contains(callerWorkspace);
    }
}
