package dev.psyne.hypha.internal.http;

import dev.psyne.hypha.JsonValues;
import dev.psyne.net.ByteStream;
import dev.psyne.net.ConnectionClosedException;
import dev.psyne.net.HttpHead;
import dev.psyne.net.WebSocketConnection;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackWriter;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client's connection whose messages to it are the body of one streamed answer. Any thread may call. Until the answer is
 * opened, messages are kept: whether there is one is known only when the handshake is over.
 *
 * <pre>
 *  0        4
 * +--------+----------------------------------------------+----- …
 * | length | a binary message, or a text one as MessagePack | the next
 * +--------+----------------------------------------------+----- …
 *  big endian
 * </pre>
 */
final class StreamConnection implements WebSocketConnection {
    private static final int MAX_TEXT_BYTES = 1 << 20;

    private final HttpHead request;
    private final JsonMapper json;
    private final ReentrantLock sending = new ReentrantLock();
    private final List<byte[]> early = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile long queuedBytes;
    private volatile @Nullable ByteStream stream;
    private volatile @Nullable String closedBecause;
    private volatile @Nullable String place;

    StreamConnection(HttpHead request, JsonMapper json) {
        this.request = request;
        this.json = json;
    }

    /** Sends what was kept, and from here on everything, in {@code opened}. */
    void open(ByteStream opened) {
        sending.lock();
        try {
            stream = opened;
            early.forEach(opened::send);
            early.clear();
        } finally {
            sending.unlock();
        }
        if (closed.getCount() == 0) {
            opened.close();
        }
    }

    /** Why it was closed; empty while it is open. */
    Optional<String> closedBecause() {
        return Optional.ofNullable(closedBecause);
    }

    /** Where its client has come in, {@code workspace/client}; empty until then. */
    Optional<String> place() {
        return Optional.ofNullable(place);
    }

    /** Waits until it is closed; false if it is not by then. */
    boolean awaitClosed(long time, TimeUnit unit) throws InterruptedException {
        return closed.await(time, unit);
    }

    @Override
    public HttpHead request() {
        return request;
    }

    @Override
    public void send(byte[] binary) {
        send(List.of(binary));
    }

    @Override
    public void send(List<byte[]> binaries) {
        int bytes = binaries.stream()
                .mapToInt(binary -> Integer.BYTES + binary.length)
                .sum();
        ByteBuffer framed = ByteBuffer.allocate(bytes);
        binaries.forEach(binary -> framed.putInt(binary.length).put(binary));
        write(framed.array());
    }

    /** Never: whether the body of an answer takes more without a wait is not known. */
    @Override
    public boolean trySend(int bytes, Consumer<MemorySegment> writer) {
        return false;
    }

    /** Without an answer, as nothing is ever taken at once. */
    @Override
    public void awaitWritable() {}

    /** A pong becomes a ping: these clients know only that one, and ignore it. */
    @Override
    public void sendText(String text) {
        JsonNode message = json.readTree(text);
        String type = message.path("type").asString("");
        if (type.equals("connection_info")) {
            place = message.path("workspace").asString("") + "/"
                    + message.path("client_id").asString("");
        }
        Object value = type.equals("pong") ? Map.of("type", "ping") : new JsonValues(json).read(message);
        send(new MessagePackWriter(MAX_TEXT_BYTES, MessagePackLimits.MAX_DEPTH)
                .value(value)
                .toFrame());
    }

    @Override
    public void close(int code, String reason) {
        if (closedBecause == null) {
            closedBecause = reason;
        }
        ByteStream open = stream;
        if (open != null) {
            open.close();
        }
        closed.countDown();
    }

    @Override
    public boolean isOpen() {
        ByteStream open = stream;
        return closed.getCount() > 0 && (open == null || open.isOpen());
    }

    @Override
    public long queuedBytes() {
        return queuedBytes;
    }

    private void write(byte[] bytes) {
        sending.lock();
        try {
            ByteStream open = stream;
            queuedBytes = bytes.length;
            if (open == null && isOpen()) {
                early.add(bytes);
            } else if (open == null || !open.send(bytes)) {
                throw new ConnectionClosedException("the stream is closed; " + bytes.length + " bytes will not arrive");
            }
        } finally {
            queuedBytes = 0;
            sending.unlock();
        }
    }
}
