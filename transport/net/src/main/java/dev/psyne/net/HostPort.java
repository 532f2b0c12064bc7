package dev.psyne.net;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The authority of a URI without user information: a lower-case host, in brackets if IPv6, and a port or -1. */
record HostPort(String host, int port) {
    static final int NO_PORT = -1;

    private static final int MAX_PORT = 65_535;
    private static final int MAX_LENGTH = 300;

    /** RFC 3986, section 3.2, narrowed to the characters of host names and literals; null if the text is none. */
    static @Nullable HostPort parse(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return null;
        }
        int hostEnd = text.charAt(0) == '[' ? text.indexOf(']') + 1 : text.indexOf(':');
        if (hostEnd < 0) {
            hostEnd = text.length();
        }
        String host = text.substring(0, hostEnd).toLowerCase(Locale.ROOT);
        if (!isHost(host)) {
            return null;
        }
        if (hostEnd == text.length()) {
            return new HostPort(host, NO_PORT);
        }
        int port = text.charAt(hostEnd) == ':' ? parsePort(text.substring(hostEnd + 1)) : NO_PORT;
        return port == NO_PORT ? null : new HostPort(host, port);
    }

    int portOr(int defaultPort) {
        return port == NO_PORT ? defaultPort : port;
    }

    /** The host without the brackets of an IPv6 literal. */
    String bareHost() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static boolean isHost(String host) {
        boolean literal = host.startsWith("[");
        if (host.isEmpty() || (literal && host.length() < 4)) {
            return false;
        }
        int begin = literal ? 1 : 0;
        int end = literal ? host.length() - 1 : host.length();
        for (int i = begin; i < end; i++) {
            char c = host.charAt(i);
            boolean word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
            if (!word && !(literal && c == ':')) {
                return false;
            }
        }
        return true;
    }

    private static int parsePort(String digits) {
        if (digits.isEmpty() || digits.length() > 5) {
            return NO_PORT;
        }
        int port = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return NO_PORT;
            }
            port = 10 * port + digit;
        }
        return port == 0 || port > MAX_PORT ? NO_PORT : port;
    }
}
