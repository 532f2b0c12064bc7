package dev.psyne.node;

import dev.psyne.net.HttpException;
import dev.psyne.net.HttpExchange;
import dev.psyne.net.HttpHandler;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code GET /connections.json}: workspaces, clients, services, calls and bytes at this moment, as far as the caller may see
 * them. A caller of a node that asks for its token has shown it; at any other a token of {@code generate_token} says who
 * looks.
 */
final class Connections implements HttpHandler {
    static final String PATH = "/connections.json";

    private static final String SCHEME = "Bearer ";
    private static final int UNAUTHORIZED = 401;

    private final JsonMapper json;
    private final HyphaPort hypha;

    Connections(JsonMapper json, HyphaPort hypha) {
        this.json = json;
        this.hypha = hypha;
    }

    @Override
    public void handle(HttpExchange exchange) {
        byte[] document;
        try {
            document = json.writeValueAsBytes(RecordFields.of(ConnectionsState.of(hypha.snapshot(token(exchange)))));
        } catch (UnknownVisitorException unknown) {
            throw new HttpException(
                    UNAUTHORIZED, "authentication_error", "unauthorized", String.valueOf(unknown.getMessage()));
        }
        exchange.respond(200, "application/json", document);
    }

    /** In the header, or in the query as the node's own may be. */
    private static Optional<String> token(HttpExchange exchange) {
        String authorization = exchange.header("authorization").orElse("");
        return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? Optional.of(authorization.substring(SCHEME.length()).strip())
                : exchange.query("token").filter(given -> !given.isEmpty());
    }
}
