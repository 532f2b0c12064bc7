package dev.psyne.net;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which {@code Host} and {@code Origin} a request may carry. A page from elsewhere that makes its own name point at this
 * machine (DNS rebinding) still sends its own name as the host, and a page that calls across sites sends its own origin; both
 * are refused. Beyond the names, the literal address at which the connection arrived is good, for it names no site but us.
 */
final class HostPolicy {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final Set<String> names = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
    private final String originPrefix;
    private final int defaultPort;

    HostPolicy(String boundHost, Set<String> allowedNames, boolean tls) {
        originPrefix = tls ? "https://" : "http://";
        defaultPort = tls ? HTTPS_PORT : HTTP_PORT;
        names.add(bracketed(boundHost));
        allowedNames.forEach(name -> names.add(bracketed(name)));
    }

    /** Why a request that arrived at our address {@code arrivedAt} is refused, or null if it is not. */
    @Nullable
    ErrorResponse check(String authority, @Nullable String origin, InetSocketAddress arrivedAt) {
        HostPort host = HostPort.parse(authority);
        if (host == null) {
            return ErrorResponse.invalid(400, "invalid_host", "The Host header is not a host with an optional port.");
        }
        boolean portIsOurs = host.port() == HostPort.NO_PORT || host.port() == arrivedAt.getPort();
        boolean nameIsOurs = names.contains(host.host()) || isAddress(host, arrivedAt.getAddress());
        if (!portIsOurs || !nameIsOurs) {
            return ErrorResponse.invalid(
                    421, "misdirected_request", "This server does not answer for the host " + authority + ".");
        }
        if (origin != null && !sameOrigin(origin, host)) {
            return ErrorResponse.invalid(
                    403, "foreign_origin", "Pages of another origin may not call this server: " + origin + ".");
        }
        return null;
    }

    private boolean sameOrigin(String origin, HostPort host) {
        HostPort from = origin.regionMatches(true, 0, originPrefix, 0, originPrefix.length())
                ? HostPort.parse(origin.substring(originPrefix.length()))
                : null;
        return from != null && from.host().equals(host.host()) && from.portOr(defaultPort) == host.portOr(defaultPort);
    }

    private static boolean isAddress(HostPort host, InetAddress address) {
        InetAddress literal = NetUtil.createInetAddressFromIpAddressString(host.bareHost());
        return literal != null && literal.equals(address);
    }

    private static String bracketed(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.indexOf(':') >= 0 && !lower.startsWith("[") ? "[" + lower + "]" : lower;
    }
}
