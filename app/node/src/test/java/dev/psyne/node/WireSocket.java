package dev.psyne.node;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A stranger who speaks psyne.v2 over a WebSocket with the frames of docs/protocol-v2.md, written and read by hand. */
final class WireSocket implements AutoCloseable, WebSocket.Listener {
    static final int HELLO = 1;
    static final int CALL = 2;
    static final int ITEM = 3;
    static final int END = 4;
    static final int ERROR = 5;
    static final int CREDIT = 6;
    static final int PING = 8;
    static final int PONG = 9;
    static final int GOAWAY = 10;
    static final int HEADER_BYTES = 16;

    private static final int SECONDS = 60;

    /** {@code version 2, name "x", maxMessageBytes 65536, pieceBytes 65536, maxCalls 8}. */
    private static final String HELLO_BYTES =
            "38000000" + "02000000" + "38000000" + "01000000" + "00000100" + "00000100" + "08000000" + "00000000"
                    + "0000000000000000" + "0000000000000000" + "0000000000000000" + "78";

    record Frame(int kind, int lane, int stream, int total, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.ISO_8859_1);
        }
    }

    private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    private final Queue<Frame> frames = new ArrayDeque<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private ByteBuffer part = ByteBuffer.allocate(1 << 20);
    private final WebSocket socket;

    /** One that takes what comes only if it {@code reads}. */
    WireSocket(HttpClient client, URI node, boolean reads, String... more) {
        WebSocket.Builder builder = client.newWebSocketBuilder().subprotocols(RpcSockets.SUBPROTOCOL, more);
        this.socket = builder.buildAsync(
                        URI.create("ws://" + node.getAuthority() + RpcEndpoint.PATH
                                + (node.getRawQuery() == null ? "" : "?" + node.getRawQuery())),
                        this)
                .join();
        if (reads) {
            socket.request(1);
        }
    }

    WireSocket(HttpClient client, URI node) {
        this(client, node, true);
    }

    /** One that the node has let in. */
    static WireSocket greeted(HttpClient client, URI node) throws InterruptedException {
        WireSocket wire = new WireSocket(client, node);
        wire.send(hello());
        Frame answer = wire.frame();
        if (answer.kind() != HELLO) {
            throw new AssertionError(answer.text());
        }
        return wire;
    }

    String subprotocol() {
        return socket.getSubprotocol();
    }

    static byte[] hello() {
        return frame(HELLO, 0, 0, HexFormat.of().parseHex(HELLO_BYTES));
    }

    static byte[] frame(int kind, int lane, int stream, byte[] payload) {
        return frame(kind, lane, stream, payload.length, payload);
    }

    static byte[] frame(int kind, int lane, int stream, int total, byte[] payload) {
        return ByteBuffer.allocate(HEADER_BYTES + payload.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(kind | lane << 16)
                .putInt(stream)
                .putInt(payload.length)
                .putInt(total)
                .put(payload)
                .array();
    }

    /** The call {@code services()} of service 0, a header without a deadline and a record without fields. */
    static byte[] services(int stream) {
        return call(
                stream,
                0,
                2,
                0,
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(8).array());
    }

    /** {@code find(name)} of service 0. */
    static byte[] find(int stream, String name) {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        byte[] arguments = ByteBuffer.allocate(32 + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(32)
                .putInt(4, 32)
                .putInt(8, text.length)
                .put(32, text)
                .array();
        return call(stream, 0, 0, 0, arguments);
    }

    static byte[] call(int stream, int service, int method, int credit, byte[] arguments) {
        byte[] payload = ByteBuffer.allocate(16 + arguments.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(service | method << 16)
                .putInt(0)
                .putInt(credit)
                .putInt(0)
                .put(arguments)
                .array();
        return frame(CALL, 1, stream, payload);
    }

    void send(byte[] message) {
        send(message, true);
    }

    void send(byte[] message, boolean last) {
        sendAsync(message, last).join();
    }

    CompletableFuture<WebSocket> sendAsync(byte[] message, boolean last) {
        return socket.sendBinary(ByteBuffer.wrap(message), last);
    }

    void sendText(String text) {
        socket.sendText(text, true).join();
    }

    /** The next frame; a message may hold several. */
    Frame frame() throws InterruptedException {
        while (frames.isEmpty()) {
            byte[] message = messages.poll(SECONDS, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("nothing came in " + SECONDS + " s");
            }
            ByteBuffer bytes = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining()) {
                int word = bytes.getInt();
                int stream = bytes.getInt();
                byte[] payload = new byte[bytes.getInt()];
                int total = bytes.getInt();
                bytes.get(payload);
                frames.add(new Frame(word & 0xFF, word >>> 16 & 0xFF, stream, total, payload));
            }
        }
        return frames.remove();
    }

    /** The status with which the node has closed; -1 if the connection has ended without. */
    int closeCode() {
        return closed.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    }

    /** Takes what comes from here on. */
    void read() {
        socket.request(1);
    }

    @Override
    public void onOpen(WebSocket opened) {}

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        if (part.remaining() < data.remaining()) {
            part = ByteBuffer.allocate(2 * (part.position() + data.remaining())).put(part.flip());
        }
        part.put(data);
        if (last) {
            byte[] message = new byte[part.flip().remaining()];
            part.get(message);
            part.clear();
            messages.add(message);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        closed.complete(-1);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
