package dev.psyne.hypha.internal.identity;

import dev.psyne.hypha.Scope;
import dev.psyne.hypha.User;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a verified token says.
 *
 * @param id names the token; that of a token without one is its signature
 * @param user with the rights of the token
 * @param expiresAt in seconds since 1970
 * @param reconnection whether it brings one client back, once
 */
public record TokenClaims(String id, User user, long expiresAt, boolean reconnection) {
    private static final String RECONNECTION = "reconnection";

    static TokenClaims read(JsonNode claims, String signature) {
        String user = claims.path("sub").asString("");
        if (user.isEmpty() || !claims.path("exp").isNumber()) {
            throw new TokenException("Invalid token: the claims 'sub' and 'exp' are needed");
        }
        long expiresAt = claims.path("exp").asLong(0);
        List<String> roles = new ArrayList<>();
        claims.path("roles").forEach(role -> roles.add(role.asString("")));
        Scope scope;
        try {
            scope = Scope.parse(claims.path("scope").asString(""));
        } catch (IllegalArgumentException broken) {
            throw new TokenException("Invalid token: " + broken.getMessage());
        }
        String email = claims.path("email").isString() ? claims.path("email").asString() : null;
        boolean anonymous = claims.path("anon").asBoolean(false);
        return new TokenClaims(
                claims.path("jti").asString(signature),
                new User(user, roles, anonymous, email, scope, expiresAt),
                expiresAt,
                claims.path(RECONNECTION).asBoolean(false));
    }

    Map<String, @Nullable Object> toMap(String issuer, long now) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("iss", issuer);
        map.put("sub", user.id());
        map.put("aud", issuer);
        map.put("iat", now);
        map.put("exp", expiresAt);
        map.put("jti", id);
        map.put("scope", user.scope().toClaim());
        map.put("email", user.email());
        map.put("roles", user.roles());
        map.put("anon", user.anonymous());
        if (reconnection) {
            map.put(RECONNECTION, true);
        }
        return map;
    }
}
