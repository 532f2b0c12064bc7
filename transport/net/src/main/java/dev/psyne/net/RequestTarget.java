package dev.psyne.net;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The target of a request line (RFC 9112, section 3.2): a decoded path, the query, and the authority if the target names one.
 * A path that a file system could read as a way out is not accepted at all.
 */
record RequestTarget(@Nullable String authority, String path, Map<String, List<String>> query) {
    private static final int MAX_PARAMETERS = 64;

    /** Null if the target is malformed. */
    static @Nullable RequestTarget parse(String target) {
        String authority = null;
        String rest = target;
        int scheme = schemeLength(target);
        if (scheme > 0) {
            int end = scheme;
            while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
                end++;
            }
            authority = target.substring(scheme, end);
            rest = target.substring(end);
            rest = rest.startsWith("/") ? rest : "/" + rest;
        }
        if (!rest.startsWith("/") || rest.indexOf('#') >= 0) {
            return null;
        }
        try {
            QueryStringDecoder decoder =
                    new QueryStringDecoder(rest, StandardCharsets.UTF_8, true, MAX_PARAMETERS, true);
            String path = decoder.path();
            return isPlain(decoder.rawPath(), path) ? new RequestTarget(authority, path, decoder.parameters()) : null;
        } catch (IllegalArgumentException broken) {
            // A percent sign without two digits behind it: malformed, as the answer will say.
            return null;
        }
    }

    private static int schemeLength(String target) {
        for (String scheme : List.of("http://", "https://")) {
            if (target.regionMatches(true, 0, scheme, 0, scheme.length())) {
                return scheme.length();
            }
        }
        return 0;
    }

    private static boolean isPlain(String raw, String path) {
        if (raw.toLowerCase(Locale.ROOT).contains("%2f") || path.indexOf('\\') >= 0) {
            return false;
        }
        for (int i = 0; i < path.length(); i++) {
            if (Character.isISOControl(path.charAt(i)) || path.charAt(i) == '\uFFFD') {
                return false;
            }
        }
        for (String segment : path.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                return false;
            }
        }
        return true;
    }
}
