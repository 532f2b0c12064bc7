package dev.psyne.net;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request carries the server's token, as {@code Authorization: Bearer} (RFC 6750) or, for pages and WebSockets of a
 * browser, as {@code ?token=}. Compared in a time that does not depend on how much of it is right.
 */
final class TokenPolicy {
    private static final String SCHEME = "Bearer ";

    private final byte @Nullable [] token;

    TokenPolicy(@Nullable String token) {
        this.token = token == null ? null : token.getBytes(StandardCharsets.UTF_8);
    }

    /** Why the request is refused, or null if it is not. */
    @Nullable
    ErrorResponse check(@Nullable String authorization, @Nullable String queryToken) {
        if (token == null || isToken(token, bearer(authorization)) || isToken(token, queryToken)) {
            return null;
        }
        return new ErrorResponse(
                401,
                "authentication_error",
                "invalid_token",
                "This server wants its token, as Authorization: Bearer or as ?token=.",
                Map.of("WWW-Authenticate", "Bearer realm=\"psyne\""));
    }

    private static @Nullable String bearer(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? authorization.substring(SCHEME.length()).strip()
                : null;
    }

    private static boolean isToken(byte[] token, @Nullable String given) {
        return given != null && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), token);
    }
}
