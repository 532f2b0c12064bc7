package dev.psyne.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.util.ReferenceCountUtil;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket after its handshake. Frames arrive on the event loop and go to the listener there if it takes them at once,
 * otherwise through the mailbox; the connection's methods are called from anywhere. A peer that has been silent for half of
 * {@code idleSeconds} is pinged, and cut off if it stays silent for the other half.
 */
final class WebSocketSession extends ChannelInboundHandlerAdapter
        implements WebSocketConnection, WebSocketMessageDecoder.Events {
    private static final int GOING_AWAY = 1001;
    private static final int INTERNAL_ERROR = 1011;
    private static final int MAX_REASON_BYTES = 123;
    private static final int LAST = 0x80;
    private static final int MAX_LENGTH_16 = 0xFFFF;
    private static final int MAX_HEADER_BYTES = 10;

    private final ServerParts parts;
    private final ConnectionDeadline deadline;
    private final WritableGate writable;
    private final Channel channel;
    private final Mailbox mailbox;
    private final Object sendLock = new Object();

    /** How often other threads have written what the event loop has not come to yet. */
    private final AtomicInteger written = new AtomicInteger();

    private volatile boolean closing;
    private volatile @Nullable WebSocketListener listener;
    private volatile @Nullable HttpHead request;

    /** Whether the listener waits for the connection to take more. */
    private volatile boolean wanted;

    private boolean flushing;
    private boolean opened;
    private boolean heard = true;
    private boolean closeDelivered;
    private @Nullable Future<?> watch;

    WebSocketSession(ServerParts parts, ConnectionDeadline deadline, WritableGate writable, Channel channel) {
        this.parts = parts;
        this.deadline = deadline;
        this.writable = writable;
        this.channel = channel;
        mailbox = new Mailbox(parts.scheduler(), parts.limits().maxFrameBytes(), this::resumeReading);
    }

    /** The answer to the handshake of {@code head} has left; on the event loop. */
    void opened(HttpHead head, WebSocketHandler handler) {
        opened = true;
        request = head;
        parts.counters().webSockets.incrementAndGet();
        deadline.enter(ConnectionDeadline.Phase.WEB_SOCKET);
        long halfMillis = TimeUnit.SECONDS.toMillis(parts.limits().idleSeconds()) / 2;
        watch = channel.eventLoop()
                .scheduleWithFixedDelay(this::checkHeard, halfMillis, halfMillis, TimeUnit.MILLISECONDS);
        mailbox.add(guarded(() -> open(handler)), 0);
    }

    private void open(WebSocketHandler handler) {
        try {
            listener = handler.open(this);
        } finally {
            request = null;
        }
        if (wanted) {
            onEventLoop(this::tellWritable);
        }
    }

    @Override
    public HttpHead request() {
        HttpHead head = request;
        if (head == null) {
            throw new IllegalStateException("the handshake's head may be read until open() has returned");
        }
        return head;
    }

    @Override
    public void send(byte[] binary) {
        send(List.of(binary));
    }

    @Override
    public void sendText(String text) {
        boolean ready = isOpen() && writable.await(channel);
        synchronized (sendLock) {
            requireOpen(ready);
            write(new TextWebSocketFrame(text));
            flushInTurn();
        }
    }

    @Override
    public void send(List<byte[]> binaries) {
        boolean ready = isOpen() && writable.await(channel);
        synchronized (sendLock) {
            requireOpen(ready);
            for (byte[] binary : binaries) {
                write(frame(binary));
            }
            flushInTurn();
        }
    }

    @Override
    public boolean trySend(int bytes, Consumer<MemorySegment> writer) {
        boolean onLoop = channel.eventLoop().inEventLoop();
        synchronized (sendLock) {
            requireOpen(true);
            // What the event loop writes would overtake what others have written and it has not come to yet.
            if (!channel.isWritable() || (onLoop && written.get() != 0)) {
                return false;
            }
            write(frame(bytes, writer));
            if (!onLoop) {
                flushInTurn();
            }
        }
        if (onLoop) {
            flushBehindThisTurn();
        }
        return true;
    }

    @Override
    public void awaitWritable() {
        wanted = true;
        onEventLoop(this::tellWritable);
    }

    private void tellWritable() {
        WebSocketListener to = listener;
        if (wanted && to != null && isOpen() && channel.isWritable()) {
            wanted = false;
            guarded(to::onWritable).run();
        }
    }

    private void write(Object frame) {
        var _ = channel.write(frame, channel.voidPromise());
    }

    /** Behind what was written, where the event loop comes to it. */
    private void flushInTurn() {
        written.incrementAndGet();
        onEventLoop(() -> {
            channel.flush();
            written.decrementAndGet();
        });
    }

    /** One flush serves all that is written while the event loop reads what has come, of this connection and of others. */
    private void flushBehindThisTurn() {
        if (!flushing) {
            flushing = true;
            onEventLoop(() -> {
                flushing = false;
                channel.flush();
            });
        }
    }

    private ByteBuf frame(byte[] binary) {
        return header(binary.length).writeBytes(binary);
    }

    private ByteBuf frame(int bytes, Consumer<MemorySegment> writer) {
        ByteBuf frame = header(bytes);
        boolean whole = false;
        try {
            writer.accept(MemorySegment.ofBuffer(frame.internalNioBuffer(frame.writerIndex(), bytes)));
            frame.writerIndex(frame.writerIndex() + bytes);
            whole = true;
            return frame;
        } finally {
            if (!whole) {
                frame.release();
            }
        }
    }

    /** The header of a whole frame, in a buffer with room for the rest (RFC 6455, section 5.2); a server masks nothing. */
    private ByteBuf header(int bytes) {
        ByteBuf frame = channel.alloc().directBuffer(MAX_HEADER_BYTES + bytes);
        frame.writeByte(LAST | WebSocketMessageDecoder.BINARY);
        if (bytes < WebSocketMessageDecoder.LENGTH_16) {
            frame.writeByte(bytes);
        } else if (bytes <= MAX_LENGTH_16) {
            frame.writeByte(WebSocketMessageDecoder.LENGTH_16).writeShort(bytes);
        } else {
            frame.writeByte(WebSocketMessageDecoder.LENGTH_64).writeLong(bytes);
        }
        return frame;
    }

    private void requireOpen(boolean ready) {
        if (!ready || !isOpen()) {
            throw new ConnectionClosedException("the WebSocket is closed; what was to be sent will not arrive");
        }
    }

    @Override
    public void close(int code, String reason) {
        if (!WebSocketCloseStatus.isValidStatusCode(code)) {
            throw new IllegalArgumentException("a status that may not be sent: " + code);
        }
        sendClose(new CloseWebSocketFrame(new WebSocketCloseStatus(code, cut(reason))));
    }

    @Override
    public boolean isOpen() {
        return !closing && channel.isActive();
    }

    @Override
    public long queuedBytes() {
        return ConnectionDeadline.pendingBytes(channel);
    }

    @Override
    public boolean wantsParts() {
        WebSocketListener to = listener;
        return to != null && to.takesParts() && mailbox.isIdle();
    }

    @Override
    public void binaryPart(MemorySegment part, boolean last) {
        WebSocketListener to = listener;
        if (to != null) {
            guarded(() -> to.onBinaryPart(part, last)).run();
        }
    }

    @Override
    public boolean binaryAtOnce(MemorySegment message) {
        WebSocketListener to = listener;
        try {
            return to != null && mailbox.isIdle() && to.onBinaryAtOnce(message);
        } catch (Throwable failure) {
            failed(failure);
            return true;
        }
    }

    @Override
    public void binary(Payload message) {
        deliver(to -> to.onBinary(message.segment()), message);
    }

    @Override
    public void text(String message, Payload memory) {
        deliver(to -> to.onText(message), memory);
    }

    @Override
    public void ping(byte[] data) {
        // A peer that sends pings and reads no pongs must not fill our memory with them.
        if (!closing && channel.isWritable()) {
            var _ = channel.writeAndFlush(new PongWebSocketFrame(Unpooled.wrappedBuffer(data)), channel.voidPromise());
        }
    }

    @Override
    public void peerClosed(int code) {
        sendClose(
                code == WebSocketMessageDecoder.NO_STATUS
                        ? new CloseWebSocketFrame(true, 0, Unpooled.EMPTY_BUFFER)
                        : new CloseWebSocketFrame(new WebSocketCloseStatus(code, "")));
    }

    @Override
    public void refused(int code, String reason) {
        close(code, reason);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        // Only what came before the handshake's answer gets here: a client must wait for that (RFC 6455, section 4.1).
        ReferenceCountUtil.release(message);
        var _ = ctx.close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        tellWritable();
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        heard = true;
        ctx.fireChannelReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ServerParts.Stopping.NOW) {
            close(GOING_AWAY, "the server is stopping");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closing = true;
        if (watch != null) {
            watch.cancel(false);
        }
        if (opened) {
            parts.counters().webSockets.decrementAndGet();
        }
        deliverClose();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ConnectionFailures.close(ctx, cause, parts.failures());
    }

    private void sendClose(CloseWebSocketFrame frame) {
        synchronized (sendLock) {
            if (closing) {
                frame.release();
                return;
            }
            closing = true;
            channel.writeAndFlush(frame).addListener(_ -> {
                deadline.enter(ConnectionDeadline.Phase.CLOSING);
                LingeringClose.start(channel);
            });
        }
        onEventLoop(this::deliverClose);
    }

    private void deliverClose() {
        WebSocketMessageDecoder decoder = channel.pipeline().get(WebSocketMessageDecoder.class);
        if (decoder != null) {
            decoder.stop();
        }
        if (opened && !closeDelivered) {
            closeDelivered = true;
            deliver(WebSocketListener::onClose, new Payload(parts.payloads()));
        }
    }

    private void deliver(Consumer<WebSocketListener> call, Payload memory) {
        Runnable delivery = guarded(() -> {
            try {
                WebSocketListener to = listener;
                if (to != null) {
                    call.accept(to);
                }
            } finally {
                memory.release();
            }
        });
        if (!mailbox.add(delivery, memory.bytes())) {
            channel.config().setAutoRead(false);
        }
    }

    private Runnable guarded(Runnable call) {
        return () -> {
            try {
                call.run();
            } catch (Throwable failure) {
                failed(failure);
            }
        };
    }

    /** Whatever the listener threw, errors included: the peer must learn that its message was not handled. */
    private void failed(Throwable failure) {
        if (!(failure instanceof ConnectionClosedException)) {
            parts.failures().accept(failure);
        }
        close(INTERNAL_ERROR, "internal error");
    }

    private void resumeReading() {
        // Behind the event that stopped the reading, which may still be under way on the event loop.
        onEventLoop(() -> channel.config().setAutoRead(true));
    }

    private void checkHeard() {
        if (!channel.config().isAutoRead()) {
            // We are the ones who do not listen.
            heard = true;
        } else if (!heard) {
            var _ = channel.close();
        } else if (!closing) {
            heard = false;
            var _ = channel.writeAndFlush(new PingWebSocketFrame(), channel.voidPromise());
        }
    }

    private void onEventLoop(Runnable action) {
        try {
            channel.eventLoop().execute(action);
        } catch (RejectedExecutionException stopped) {
            // The server has closed every connection and its event loops; onClose was delivered before.
            assert !channel.isActive();
        }
    }

    private static String cut(String reason) {
        int bytes = 0;
        for (int i = 0; i < reason.length(); ) {
            int point = reason.codePointAt(i);
            bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            if (bytes > MAX_REASON_BYTES) {
                return reason.substring(0, i);
            }
            i += Character.charCount(point);
        }
        return reason;
    }
}
