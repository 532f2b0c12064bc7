package dev.psyne.hypha.internal.session;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client's first message: who it is and where it wants to go. */
record Hello(
        String clientId,
        @Nullable String workspace,
        @Nullable String token,
        @Nullable String reconnectionToken) {
    /** The longest first message, in characters. */
    static final int MAX_CHARACTERS = 64 << 10;

    /**
     * Reads the message.
     *
     * @throws RefusedException if it is no such message
     */
    static Hello parse(JsonMapper json, String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new RefusedException("The first message has at most " + MAX_CHARACTERS + " characters");
        }
        JsonNode tree;
        try {
            tree = json.readTree(text);
        } catch (JacksonException broken) {
            throw new RefusedException(
                    "The first message is JSON with client_id, workspace, token and reconnection_token");
        }
        String client = text(tree, "client_id");
        if (client == null) {
            throw new RefusedException("The first message names the client in client_id");
        }
        return new Hello(client, text(tree, "workspace"), text(tree, "token"), text(tree, "reconnection_token"));
    }

    private static @Nullable String text(JsonNode tree, String name) {
        JsonNode value = tree.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw new RefusedException("In the first message, " + name + " is a string or null");
        }
        String text = value.asString();
        return text.isEmpty() ? null : text;
    }
}
