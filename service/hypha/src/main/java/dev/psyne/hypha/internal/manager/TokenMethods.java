package dev.psyne.hypha.internal.manager;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.Permission;
import dev.psyne.hypha.Scope;
import dev.psyne.hypha.User;
import dev.psyne.hypha.internal.identity.TokenException;
import dev.psyne.hypha.internal.identity.Tokens;
import dev.psyne.hypha.internal.router.Address;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The manager's methods about tokens. */
final class TokenMethods {
    private static final double DEFAULT_SECONDS = 3600;

    private final Tokens tokens;

    TokenMethods(Tokens tokens) {
        this.tokens = tokens;
    }

    void addTo(MethodTable table) {
        table.with("generate_token", this::generate)
                .with("revoke_token", this::revoke)
                .with("parse_token", this::parse);
    }

    private Object generate(Arguments arguments, Caller caller) {
        Map<String, @Nullable Object> config = arguments.map(0, "config");
        String asked = Arguments.optionalText(config.get("workspace"), "workspace");
        String workspace = asked == null ? caller.workspace() : asked;
        String client = Arguments.optionalText(config.get("client_id"), "client_id");
        String permission = Arguments.optionalText(config.get("permission"), "permission");
        double seconds = Arguments.number(config.get("expires_in"), "expires_in", DEFAULT_SECONDS);
        if (!caller.allows(workspace, Permission.ADMIN)) {
            throw new HyphaException("PermissionError: Permission denied: only an admin of workspace " + workspace
                    + " issues tokens for it");
        }
        if (!(seconds >= 1 && seconds <= Tokens.MAX_LIFE.toSeconds())) {
            throw new HyphaException(
                    "ValueError: expires_in is 1 to " + Tokens.MAX_LIFE.toSeconds() + " seconds, not " + seconds);
        }
        try {
            Address.requireName("workspace", workspace);
            if (client != null) {
                Address.requireName("client_id", client);
            }
            Permission granted = permission == null ? Permission.READ_WRITE : Permission.parse(permission);
            Scope scope = new Scope(Map.of(workspace, granted), workspace, client, List.of());
            User user = caller.user().withScope(scope);
            return tokens.issue(user, Duration.ofSeconds((long) seconds));
        } catch (IllegalArgumentException wrong) {
            throw new HyphaException("ValueError: " + wrong.getMessage());
        }
    }

    /** Whoever holds a token may end it. */
    private Object revoke(Arguments arguments, Caller caller) {
        try {
            return tokens.revoke(arguments.text(0, "token"));
        } catch (TokenException bad) {
            throw new HyphaException("PermissionError: " + bad.getMessage());
        }
    }

    private Object parse(Arguments arguments, Caller caller) {
        try {
            return tokens.read(arguments.text(0, "token")).toMap();
        } catch (TokenException bad) {
            throw new HyphaException("PermissionError: " + bad.getMessage());
        }
    }
}
