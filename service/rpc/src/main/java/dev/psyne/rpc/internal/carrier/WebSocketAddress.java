package dev.psyne.rpc.internal.carrier;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;

/** {@code ws://host:port/psyne} and {@code wss://…}; {@code http://host:port} and {@code https://…} stand for a node's. */
public final class WebSocketAddress {
    private static final Map<String, String> SCHEMES = Map.of("ws", "ws", "wss", "wss", "http", "ws", "https", "wss");

    /** Where a node speaks psyne.v2. */
    private static final String PATH = "/psyne";

    private WebSocketAddress() {}

    /** Whether it begins as one. */
    public static boolean isOne(String address) {
        int colon = address.indexOf(':');
        return colon > 0 && SCHEMES.containsKey(address.substring(0, colon));
    }

    /**
     * Where the WebSocket is; the path is the node's if there is none.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static URI parse(String address) {
        try {
            URI given = new URI(address);
            String scheme = given.getScheme() == null ? null : SCHEMES.get(given.getScheme());
            if (scheme == null || given.getHost() == null || given.getFragment() != null) {
                throw new IllegalArgumentException(refused(address));
            }
            String path = given.getRawPath();
            String query = given.getRawQuery();
            return new URI(scheme + "://" + given.getRawAuthority()
                    + (path == null || path.isEmpty() || path.equals("/") ? PATH : path)
                    + (query == null ? "" : "?" + query));
        } catch (URISyntaxException unreadable) {
            throw new IllegalArgumentException(refused(address), unreadable);
        }
    }

    private static String refused(String address) {
        return "the address of a WebSocket is ws://host:port/psyne or http://host:port, or with wss or https, not '"
                + address + "'";
    }
}
