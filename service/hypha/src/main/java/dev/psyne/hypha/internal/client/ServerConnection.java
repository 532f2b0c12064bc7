package dev.psyne.hypha.internal.client;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.internal.wire.Frame;
import dev.psyne.hypha.internal.wire.FrameSink;
import dev.psyne.rpc.BrokenFrameException;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** One WebSocket to a server, from its handshake to its end. */
public final class ServerConnection implements FrameSink, WebSocket.Listener {
    /** Characters of a text message: a handshake's answer. */
    private static final int MAX_TEXT = 1 << 16;

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Consumer<Frame> frames;
    private final Consumer<Map<?, ?>> texts;
    private final CompletableFuture<Map<?, ?>> welcome = new CompletableFuture<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final CompletableFuture<WebSocket> opened = new CompletableFuture<>();
    private final CompletableFuture<SendQueue> queue = opened.thenApply(SendQueue::new);
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
    private final StringBuilder text = new StringBuilder();
    private volatile long heardNanos = System.nanoTime();

    private ServerConnection(Consumer<Frame> frames, Consumer<Map<?, ?>> texts) {
        this.frames = frames;
        this.texts = texts;
    }

    /**
     * Connects and says hello; waits for the server's answer.
     *
     * @param frames takes binary messages, in the order they come; must not block
     * @param texts takes text messages after the first
     * @throws HyphaException if there is no connection in this time, or the server refuses
     */
    public static ServerConnection open(
            HttpClient http,
            URI address,
            Map<String, @Nullable Object> hello,
            Duration timeout,
            Consumer<Frame> frames,
            Consumer<Map<?, ?>> texts) {
        ServerConnection connection = new ServerConnection(frames, texts);
        CompletableFuture<?> _ = http.newWebSocketBuilder()
                .connectTimeout(timeout)
                .buildAsync(address, connection)
                .whenComplete((webSocket, failure) -> connection.built(webSocket, failure));
        try {
            connection.queue.get(timeout.toMillis(), TimeUnit.MILLISECONDS).text(JSON.writeValueAsString(hello));
            Map<?, ?> _ = connection.welcome.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return connection;
        } catch (InterruptedException e) {
            connection.close();
            Thread.currentThread().interrupt();
            throw new HyphaException("interrupted while connecting to " + address, e);
        } catch (Exception e) {
            connection.close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw cause instanceof HyphaException told
                    ? new HyphaException(told.getMessage(), told)
                    : new HyphaException("there is no connection to " + address + ": " + cause, e);
        }
    }

    /** What the server said at first: {@code connection_info}. */
    public Map<?, ?> welcome() {
        return welcome.join();
    }

    /** Done with the reason when the connection has ended. */
    public CompletableFuture<String> ended() {
        return ended;
    }

    /** How long nothing was heard of the server. */
    public Duration silence() {
        return Duration.ofNanos(System.nanoTime() - heardNanos);
    }

    @Override
    public void send(Frame frame) {
        queued().binary(frame.toBytes());
    }

    /** Sends a text message. */
    public void send(Map<String, ?> message) {
        queued().text(JSON.writeValueAsString(message));
    }

    /** Ends the connection without waiting for the server. */
    public void close() {
        end("the client closed the connection");
        opened.thenAccept(WebSocket::abort);
    }

    private SendQueue queued() {
        return queue.join();
    }

    private void built(@Nullable WebSocket webSocket, @Nullable Throwable failure) {
        if (webSocket != null) {
            opened.complete(webSocket);
        } else {
            String reason = String.valueOf(failure);
            opened.completeExceptionally(new HyphaException("there is no connection: " + reason));
            end(reason);
        }
    }

    private void end(String reason) {
        queue.thenAccept(SendQueue::close);
        welcome.completeExceptionally(new HyphaException("the server closed the connection: " + reason));
        ended.complete(reason);
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        heardNanos = System.nanoTime();
        byte[] part = new byte[data.remaining()];
        data.get(part);
        if (binary.size() + part.length > Frame.MAX_BYTES) {
            fail(webSocket, "a frame of the server is longer than " + Frame.MAX_BYTES + " bytes");
            return null;
        }
        if (last && binary.size() == 0) {
            received(webSocket, part);
        } else {
            binary.writeBytes(part);
            if (last) {
                byte[] whole = binary.toByteArray();
                binary.reset();
                received(webSocket, whole);
            }
        }
        webSocket.request(1);
        return null;
    }

    private void received(WebSocket webSocket, byte[] bytes) {
        if (!welcome.isDone()) {
            return;
        }
        try {
            frames.accept(Frame.read(bytes));
        } catch (BrokenFrameException e) {
            fail(webSocket, "a frame of the server is broken: " + e.reason());
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        heardNanos = System.nanoTime();
        if (text.length() + data.length() > MAX_TEXT) {
            fail(webSocket, "a text of the server is longer than " + MAX_TEXT + " characters");
            return null;
        }
        text.append(data);
        if (last) {
            String whole = text.toString();
            text.setLength(0);
            read(webSocket, whole);
        }
        webSocket.request(1);
        return null;
    }

    private void read(WebSocket webSocket, String whole) {
        Map<?, ?> message;
        try {
            message = JSON.readValue(whole, Map.class);
        } catch (JacksonException e) {
            fail(webSocket, "a text of the server is no JSON object: " + e.getOriginalMessage());
            return;
        }
        if (welcome.isDone()) {
            texts.accept(message);
        } else if ("connection_info".equals(message.get("type"))) {
            welcome.complete(message);
        } else {
            welcome.completeExceptionally(new HyphaException(String.valueOf(message.get("message"))));
        }
    }

    private void fail(WebSocket webSocket, String reason) {
        webSocket.abort();
        end(reason);
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
        end("code " + code + (reason.isEmpty() ? "" : ", " + reason));
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        end(String.valueOf(error));
    }
}
