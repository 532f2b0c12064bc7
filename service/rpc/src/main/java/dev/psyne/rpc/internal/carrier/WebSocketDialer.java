package dev.psyne.rpc.internal.carrier;

import dev.psyne.fiber.SelectorLoop;
import dev.psyne.rpc.MessageSocket;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.connection.Failure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens WebSockets that speak psyne.v2. */
public final class WebSocketDialer {
    private static final String SUBPROTOCOL = "psyne.v2";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int UNAUTHORIZED = 401;

    private WebSocketDialer() {}

    /**
     * Connects, waiting for it.
     *
     * @param token shown with the handshake, if there is one
     * @param carrier is made of the socket, and told what comes from here on
     * @throws RpcException {@code permission_denied} if the node does not let anybody in with this token
     * @throws IOException if nobody answers there, or nobody who speaks psyne.v2
     */
    public static void connect(
            URI address,
            @Nullable String token,
            SelectorLoop loop,
            Function<MessageSocket, MessageSocket.Events> carrier)
            throws IOException, InterruptedException {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build();
        ClientWebSocket socket = new ClientWebSocket(loop, http, peer(address));
        boolean connected = false;
        try {
            WebSocket opened = open(http, address, token, socket);
            socket.begin(opened, carrier.apply(socket));
            connected = true;
        } finally {
            if (!connected) {
                http.shutdownNow();
            }
        }
    }

    private static WebSocket open(HttpClient http, URI address, @Nullable String token, WebSocket.Listener listener)
            throws IOException, InterruptedException {
        WebSocket.Builder builder =
                http.newWebSocketBuilder().subprotocols(SUBPROTOCOL).connectTimeout(TIMEOUT);
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        try {
            return builder.buildAsync(address, listener).get();
        } catch (ExecutionException failed) {
            throw why(address, failed.getCause() == null ? failed : failed.getCause());
        }
    }

    private static IOException why(URI address, Throwable cause) {
        if (cause instanceof WebSocketHandshakeException refused) {
            int status = refused.getResponse().statusCode();
            if (status == UNAUTHORIZED) {
                throw new RpcException(
                        Failure.PERMISSION_DENIED, peer(address) + " wants its token, which is missing or another");
            }
            return new IOException(
                    peer(address) + " answers " + status + ": there is no WebSocket of " + SUBPROTOCOL, refused);
        }
        return cause instanceof IOException told && told.getMessage() != null
                ? told
                : new IOException("nobody answers: " + cause, cause);
    }

    /** The address without what it says of a token. */
    private static String peer(URI address) {
        return address.getScheme() + "://" + address.getRawAuthority() + address.getRawPath();
    }
}
