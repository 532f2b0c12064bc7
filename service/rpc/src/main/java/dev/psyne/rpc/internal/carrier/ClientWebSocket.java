package dev.psyne.rpc.internal.carrier;

import dev.psyne.fiber.SelectorLoop;
import dev.psyne.rpc.MessageSocket;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's WebSocket as the client's side of a {@link MessageSocket}. What comes is told on the threads of its HTTP client; what
 * leaves is sent on the loop, a message at a time.
 */
final class ClientWebSocket implements MessageSocket, WebSocket.Listener {
    /** A buffer that has grown further is not kept. */
    private static final int KEPT_BYTES = 16 << 10;

    /** The node may take so long to answer a close. */
    private static final int LINGER_SECONDS = 2;

    private final SelectorLoop loop;
    private final HttpClient http;
    private final String peer;
    private final Runnable asked = this::asked;
    private volatile @Nullable WebSocket socket;
    private volatile @Nullable Events events;
    private volatile boolean over;

    /** The loop's alone. */
    private boolean wanted;

    private boolean sending;
    private ByteBuffer output = ByteBuffer.allocate(0);

    /** One of {@code http}, which goes with it. */
    ClientWebSocket(SelectorLoop loop, HttpClient http, String peer) {
        this.loop = loop;
        this.http = http;
        this.peer = peer;
    }

    /** Takes what comes from here on. */
    void begin(WebSocket connected, Events told) {
        socket = connected;
        events = told;
        connected.request(1);
        onLoop(this::tellWritable);
    }

    @Override
    public void awaitWritable() {
        onLoop(asked);
    }

    private void asked() {
        wanted = true;
        tellWritable();
    }

    private void tellWritable() {
        Events told = events;
        if (wanted && !sending && told != null) {
            wanted = false;
            told.writable();
        }
    }

    @Override
    public boolean trySend(int bytes, Consumer<MemorySegment> writer) throws IOException {
        WebSocket open = socket;
        if (over || open == null || open.isOutputClosed()) {
            throw new IOException("the WebSocket to " + peer + " is closed");
        }
        if (sending) {
            return false;
        }
        if (output.capacity() < bytes) {
            output = ByteBuffer.allocate(bytes);
        }
        output.clear().limit(bytes);
        writer.accept(MemorySegment.ofBuffer(output));
        sending = true;
        var _ = open.sendBinary(output, true).whenComplete((_, failure) -> onLoop(() -> sent(failure)));
        return true;
    }

    private void sent(@Nullable Throwable failure) {
        sending = false;
        if (output.capacity() > KEPT_BYTES) {
            output = ByteBuffer.allocate(0);
        }
        if (failure != null) {
            gone();
        } else {
            tellWritable();
        }
    }

    @Override
    public void close(int status, String reason) {
        WebSocket open = socket;
        if (open != null && !over) {
            // The JDK lets a client give no other status; why it leaves has been told in a frame.
            var _ = open.sendClose(NORMAL, "")
                    .orTimeout(LINGER_SECONDS, TimeUnit.SECONDS)
                    .whenComplete((_, failure) -> {
                        if (failure == null) {
                            CompletableFuture.delayedExecutor(LINGER_SECONDS, TimeUnit.SECONDS)
                                    .execute(this::gone);
                        } else {
                            gone();
                        }
                    });
        }
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public void onOpen(WebSocket opened) {}

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        synchronized (this) {
            Events told = events;
            if (told != null && !over) {
                told.received(MemorySegment.ofBuffer(data), last);
            }
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        gone();
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        gone();
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        gone();
    }

    /** Ends all, whoever has ended it. */
    private void gone() {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            Events told = events;
            if (told != null) {
                told.closed();
            }
        }
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
        http.shutdown();
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException stopped) {
            gone();
        }
    }
}
