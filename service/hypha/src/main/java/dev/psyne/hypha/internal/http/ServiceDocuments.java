package dev.psyne.hypha.internal.http;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.JsonValues;
import dev.psyne.net.HttpExchange;
import dev.psyne.net.HttpHandler;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What services say of themselves: {@code GET /{workspace}/services} lists those that the caller sees, {@code …/{service}}
 * tells one with its schema, {@code …/{service}/openapi.json} tells it as an OpenAPI document.
 */
final class ServiceDocuments implements HttpHandler {
    static final String OPEN_API = "openapi.json";

    private final Guests guests;
    private final JsonValues values;
    private final HttpAnswers answers;
    private final OpenApiDocument openApi;

    ServiceDocuments(Guests guests, JsonMapper json, JsonValues values) {
        this.guests = guests;
        this.values = values;
        this.answers = new HttpAnswers(json);
        this.openApi = new OpenApiDocument(json, values);
    }

    @Override
    public void handle(HttpExchange exchange) throws InterruptedException {
        ServicePath path = ServicePath.of(exchange.path());
        if (path == null) {
            answers.refuse(exchange, new Refused(Refused.NOT_FOUND, "There is nothing at " + exchange.path()));
            return;
        }
        try (Guest guest = guests.admit(RequestToken.of(exchange))) {
            tell(exchange, guest, path);
        } catch (HyphaException unknown) {
            answers.refuse(exchange, Refused.unauthorized(unknown));
        }
    }

    private void tell(HttpExchange exchange, Guest guest, ServicePath path) throws InterruptedException {
        try {
            if (path.service() == null) {
                answers.ok(exchange, values.write(list(exchange, guest, path.workspace())));
                return;
            }
            Map<?, ?> service = service(exchange, guest, path);
            answers.ok(exchange, path.function() == null ? values.write(service) : openApi.of(path, service));
        } catch (HyphaException failure) {
            answers.refuse(exchange, Refused.of(failure));
        }
    }

    /** The services of a workspace that a guest sees. */
    static List<?> list(HttpExchange exchange, Guest guest, String workspace) throws InterruptedException {
        Object list = Waiting.forResult(exchange, guest.manager("list_services", List.of(workspace), Map.of()));
        return list instanceof List<?> services ? services : List.of();
    }

    private static Map<?, ?> service(HttpExchange exchange, Guest guest, ServicePath path) throws InterruptedException {
        String mode = CallArguments.mode(exchange);
        Map<String, ?> config = mode == null ? Map.of() : Map.of("config", Map.of("mode", mode));
        @Nullable
        Object info = Waiting.forResult(exchange, guest.manager("get_service_info", List.of(path.id()), config));
        if (info instanceof Map<?, ?> map) {
            return map;
        }
        throw new HyphaException("KeyError: Service not found: " + path.id());
    }
}
