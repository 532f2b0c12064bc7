package dev.psyne.hypha.internal.http;

import dev.psyne.net.HttpHead;
import org.jspecify.annotations.Nullable;

/** Where a request carries its token: {@code Authorization: Bearer} (RFC 6750), or the cookie {@code access_token}. */
final class RequestToken {
    private static final String SCHEME = "Bearer ";
    private static final String COOKIE = "access_token";

    private RequestToken() {}

    static @Nullable String of(HttpHead request) {
        String authorization = request.header("authorization").orElse("");
        if (authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return authorization.substring(SCHEME.length()).strip();
        }
        for (String cookie : request.header("cookie").orElse("").split(";", -1)) {
            int equals = cookie.indexOf('=');
            if (equals > 0 && cookie.substring(0, equals).strip().equals(COOKIE)) {
                return cookie.substring(equals + 1).strip();
            }
        }
        return null;
    }
}
