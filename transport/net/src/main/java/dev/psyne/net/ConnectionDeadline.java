package dev.psyne.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how long a client may take over each part of an exchange, and counts the bytes. Stands first in the pipeline, so the
 * time for a header holds the TLS handshake too. When time is up it fires {@link Expired} inward; a client that reads nothing
 * of what waits for it for a whole {@code idleSeconds} is cut off here.
 */
final class ConnectionDeadline extends ChannelDuplexHandler {
    /** What the connection is waiting for. */
    enum Phase {
        IDLE,
        HEADER,
        BODY,
        RESPONDING,
        WEB_SOCKET,
        CLOSING
    }

    /** Fired through the pipeline when {@code phase} took too long. */
    record Expired(Phase phase) {}

    private final HttpLimits limits;
    private final ServerCounters counters;
    private Phase phase = Phase.IDLE;
    private long takenBytes;
    private long seenProgressBytes;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Future<?> timer;

    ConnectionDeadline(HttpLimits limits, ServerCounters counters) {
        this.limits = limits;
        this.counters = counters;
    }

    /** On the event loop. */
    void enter(Phase next) {
        phase = next;
        ChannelHandlerContext current = context;
        if (current == null) {
            return;
        }
        stopTimer();
        if (next != Phase.CLOSING) {
            seenProgressBytes = progressBytes(current.channel());
            timer = current.executor().schedule(() -> expire(current), seconds(next), TimeUnit.SECONDS);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        enter(phase);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stopTimer();
        context = null;
        ctx.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) {
            counters.bytesIn.add(bytes.readableBytes());
        }
        if (phase == Phase.IDLE) {
            enter(Phase.HEADER);
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            counters.bytesOut.add(bytes.readableBytes());
            takenBytes += bytes.readableBytes();
        }
        var _ = ctx.write(message, promise);
    }

    /** Bytes that wait in {@code channel} for its socket. */
    static long pendingBytes(Channel channel) {
        WriteBufferWaterMark marks = channel.config().getWriteBufferWaterMark();
        long untilFull = channel.bytesBeforeUnwritable();
        return untilFull > 0 ? marks.high() + 1L - untilFull : marks.low() + channel.bytesBeforeWritable() - 1L;
    }

    private void expire(ChannelHandlerContext ctx) {
        if (phase != Phase.RESPONDING && phase != Phase.WEB_SOCKET) {
            ctx.fireUserEventTriggered(new Expired(phase));
            return;
        }
        long progress = progressBytes(ctx.channel());
        if (pendingBytes(ctx.channel()) > 0 && progress == seenProgressBytes) {
            var _ = ctx.close();
        } else {
            enter(phase);
        }
    }

    private long progressBytes(Channel channel) {
        return takenBytes - pendingBytes(channel);
    }

    private long seconds(Phase of) {
        return switch (of) {
            case HEADER -> limits.headerSeconds();
            case BODY -> limits.bodySeconds();
            default -> limits.idleSeconds();
        };
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
