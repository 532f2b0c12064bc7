package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.HyphaCall;
import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.HyphaService;
import dev.psyne.hypha.Visibility;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The service that every client of hypha has: others ask it for services and send it long messages.
 *
 * @param endpoint whose service it is
 * @param pieces messages in pieces
 */
record BuiltIn(Endpoint endpoint, PieceCache pieces) {
    private static final int API_VERSION = 3;

    HyphaService service() {
        return HyphaService.builder("built-in")
                .type("built-in")
                .name("Builtin services for " + endpoint.address())
                .visibility(Visibility.PUBLIC)
                .config("require_context", true)
                .config("api_version", API_VERSION)
                .method("ping", _ -> "pong")
                .method("get_service", this::getService)
                .method("message_cache.create", call -> {
                    heard(call, 1);
                    pieces.create(call, endpoint.now());
                    return null;
                })
                .method("message_cache.append", call -> {
                    heard(call, 2);
                    pieces.append(call, endpoint.now());
                    return null;
                })
                .method("message_cache.set", call -> {
                    heard(call, 3);
                    pieces.set(call, endpoint.now());
                    return null;
                })
                .method("message_cache.process", call -> {
                    heard(call, 1);
                    endpoint.receive(pieces.process(call));
                    return null;
                })
                .method("message_cache.remove", call -> {
                    pieces.remove(call);
                    return null;
                })
                .build();
    }

    private Map<String, @Nullable Object> getService(HyphaCall call) {
        String id = call.string(0, "service_id");
        ServedService served = endpoint.served(id);
        if (served == null) {
            throw new HyphaException("KeyError: Service not found: " + id);
        }
        if (!served.lets(endpoint.workspace(), call.workspace())) {
            throw new HyphaException("PermissionError: Permission denied for getting protected service: " + id
                    + ", workspace mismatch: " + endpoint.workspace() + " != " + call.workspace());
        }
        return served.description();
    }

    /** The peer says that a piece belongs to the answer of a session. */
    private void heard(HyphaCall call, int position) {
        if (!Boolean.TRUE.equals(call.argument(position, "heartbeat"))) {
            return;
        }
        String id = call.string(0, "key");
        if (!endpoint.heard(id, call.caller())) {
            throw new HyphaException("Exception: session does not exist anymore: " + id);
        }
    }
}
