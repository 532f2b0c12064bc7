package dev.psyne.hypha.internal.session;

import dev.psyne.net.ConnectionClosedException;
import dev.psyne.net.HttpHead;
import dev.psyne.net.WebSocketConnection;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A WebSocket that keeps what is sent, and whose peer reads when the test says so. */
public final class RecordedSocket implements WebSocketConnection {
    public final List<String> texts = new CopyOnWriteArrayList<>();
    public final List<byte[]> frames = new CopyOnWriteArrayList<>();
    public volatile CountDownLatch reading = new CountDownLatch(0);
    public volatile long queued;
    public volatile @Nullable String closeReason;
    public volatile int closeCode;
    public Map<String, List<String>> queries = Map.of();

    @Override
    public void send(byte[] binary) {
        send(List.of(binary));
    }

    @Override
    public void send(List<byte[]> binaries) {
        try {
            reading.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!isOpen()) {
            throw new ConnectionClosedException("closed");
        }
        frames.addAll(binaries);
    }

    @Override
    public boolean trySend(int bytes, Consumer<MemorySegment> writer) {
        if (reading.getCount() != 0) {
            return false;
        }
        byte[] binary = new byte[bytes];
        writer.accept(MemorySegment.ofArray(binary));
        send(binary);
        return true;
    }

    @Override
    public void awaitWritable() {}

    public int sent() {
        return frames.size();
    }

    @Override
    public void sendText(String text) {
        texts.add(text);
    }

    @Override
    public void close(int code, String reason) {
        if (closeReason == null) {
            closeCode = code;
            closeReason = reason;
            reading.countDown();
        }
    }

    @Override
    public boolean isOpen() {
        return closeReason == null;
    }

    @Override
    public long queuedBytes() {
        return queued;
    }

    @Override
    public HttpHead request() {
        return new HttpHead() {
            @Override
            public String method() {
                return "GET";
            }

            @Override
            public String path() {
                return "/ws";
            }

            @Override
            public Optional<String> header(String name) {
                return Optional.empty();
            }

            @Override
            public Map<String, List<String>> queries() {
                return queries;
            }
        };
    }
}
