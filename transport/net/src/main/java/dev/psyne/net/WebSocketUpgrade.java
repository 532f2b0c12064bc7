package dev.psyne.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns a connection from HTTP to WebSocket (RFC 6455, section 4.2), without extensions. */
final class WebSocketUpgrade {
    private static final String VERSION = "13";
    private static final int KEY_BYTES = 16;

    private final ServerParts parts;
    private final ConnectionDeadline deadline;
    private final WritableGate writable;

    WebSocketUpgrade(ServerParts parts, ConnectionDeadline deadline, WritableGate writable) {
        this.parts = parts;
        this.deadline = deadline;
        this.writable = writable;
    }

    /** Why the request is no opening handshake for one of the socket's subprotocols, or null if it is one. */
    static @Nullable ErrorResponse check(HttpRequest request, Router.Match.WebSocket socket) {
        HttpHeaders headers = request.headers();
        boolean wantsUpgrade = request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
        if (!wantsUpgrade) {
            return upgradeRequired("upgrade_required", "There is a WebSocket here, and nothing for plain HTTP.");
        }
        if (!VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            return upgradeRequired("unknown_websocket_version", "This server speaks WebSocket version 13.");
        }
        if (!isKey(headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY))) {
            return ErrorResponse.invalid(400, "invalid_websocket_key", "Sec-WebSocket-Key is not 16 bytes in base64.");
        }
        if (chosen(headers, socket) == null) {
            return ErrorResponse.invalid(
                    400,
                    "unknown_subprotocol",
                    "The WebSocket's subprotocol here is "
                            + socket.subprotocols().stream()
                                    .map(each -> String.valueOf(each.name()))
                                    .collect(Collectors.joining(" or "))
                            + ".");
        }
        return null;
    }

    /** The first that the client names of those there are: it names the one that it likes best first. */
    private static Router.@Nullable Subprotocol chosen(HttpHeaders headers, Router.Match.WebSocket socket) {
        if (socket.subprotocols().getFirst().name() == null) {
            return socket.subprotocols().getFirst();
        }
        return headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .flatMap(offered -> socket.subprotocols().stream().filter(each -> offered.equals(each.name())))
                .findFirst()
                .orElse(null);
    }

    /** Answers a checked request and puts the session in the place of {@code ctx}'s handler; on the event loop. */
    void start(ChannelHandlerContext ctx, RequestHead accepted, Router.Match.WebSocket socket) {
        Router.Subprotocol subprotocol =
                Objects.requireNonNull(chosen(accepted.request().headers(), socket));
        WebSocketSession session = new WebSocketSession(parts, deadline, writable, ctx.channel());
        ctx.pipeline().addAfter(ctx.name(), "session", session);
        HttpHeaders headers = ResponseWriter.addSecurity(new DefaultHttpHeaders());
        new Handshaker(subprotocol.name(), session)
                .handshake(ctx.channel(), withoutBody(accepted.request()), headers, ctx.newPromise())
                .addListener(done -> {
                    if (done.isSuccess()) {
                        session.opened(accepted, subprotocol.handler());
                    } else {
                        var _ = ctx.channel().close();
                    }
                });
        ctx.pipeline().remove(ctx.handler());
    }

    private static DefaultFullHttpRequest withoutBody(HttpRequest request) {
        return new DefaultFullHttpRequest(
                request.protocolVersion(),
                request.method(),
                request.uri(),
                Unpooled.EMPTY_BUFFER,
                request.headers(),
                EmptyHttpHeaders.INSTANCE);
    }

    private static ErrorResponse upgradeRequired(String code, String message) {
        return new ErrorResponse(
                426,
                ErrorResponse.INVALID_REQUEST,
                code,
                message,
                Map.of("Upgrade", "websocket", "Sec-WebSocket-Version", VERSION));
    }

    private static boolean isKey(@Nullable String key) {
        try {
            return key != null && Base64.getDecoder().decode(key.strip()).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /** Netty's handshake with our decoder behind it, which takes memory from the byte budget before it reads. */
    private final class Handshaker extends WebSocketServerHandshaker13 {
        private final WebSocketSession session;

        Handshaker(@Nullable String subprotocol, WebSocketSession session) {
            super("", subprotocol, false, parts.limits().maxFrameBytes());
            this.session = session;
        }

        @Override
        protected WebSocketFrameDecoder newWebsocketDecoder() {
            return new WebSocketMessageDecoder(parts.payloads(), parts.limits().maxFrameBytes(), session);
        }
    }
}
