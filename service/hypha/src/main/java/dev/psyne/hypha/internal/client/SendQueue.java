package dev.psyne.hypha.internal.client;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Messages on their way to the server, one at a time, as the JDK's WebSocket wants it; bounded in bytes. */
final class SendQueue {
    /** Bytes waiting to be sent. */
    static final long MAX_QUEUED_BYTES = 64L << 20;

    private record Message(@Nullable String text, byte[] bytes) {}

    private final WebSocket webSocket;
    private final Deque<Message> waiting = new ArrayDeque<>();
    private long queuedBytes;
    private boolean sending;
    private boolean closed;

    SendQueue(WebSocket webSocket) {
        this.webSocket = webSocket;
    }

    void binary(byte[] frame) {
        send(new Message(null, frame));
    }

    void text(String text) {
        send(new Message(text, new byte[0]));
    }

    /** From here on nothing is taken. */
    synchronized void close() {
        closed = true;
        waiting.clear();
    }

    private void send(Message message) {
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("the connection to the server is closed");
            }
            if (queuedBytes + message.bytes().length > MAX_QUEUED_BYTES) {
                throw new IllegalStateException("the server reads too slowly: " + queuedBytes + " bytes are waiting");
            }
            queuedBytes += message.bytes().length;
            waiting.add(message);
            if (sending) {
                return;
            }
            sending = true;
        }
        drain();
    }

    private void drain() {
        for (Message next = poll(); next != null; next = poll()) {
            CompletableFuture<WebSocket> sent = next.text() == null
                    ? webSocket.sendBinary(ByteBuffer.wrap(next.bytes()), true)
                    : webSocket.sendText(next.text(), true);
            if (!sent.isDone() || sent.isCompletedExceptionally()) {
                CompletableFuture<?> _ = sent.whenComplete((_, failure) -> goOn(failure));
                return;
            }
        }
    }

    private void goOn(@Nullable Throwable failure) {
        if (failure == null) {
            drain();
        } else {
            close();
            webSocket.abort();
        }
    }

    private synchronized @Nullable Message poll() {
        Message next = waiting.poll();
        if (next == null) {
            sending = false;
        } else {
            queuedBytes -= next.bytes().length;
        }
        return next;
    }
}
