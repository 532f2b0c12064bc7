package dev.psyne.net;

import io.netty.buffer.ByteBufHolder;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;

/**
 * Holds back what a client sends while its request is at work, so that each connection has one request at a time while the
 * socket is still read: only that shows at once that the client has gone. A client that sends far ahead is not read any
 * further until its turn comes.
 */
final class PipelineGate extends ChannelInboundHandlerAdapter {
    /** Held bytes at which reading stops; one read of the socket may come on top. */
    static final long MAX_HELD_BYTES = 64 << 10;

    /** What a held message costs beside its content. */
    private static final long MESSAGE_BYTES = 512;

    private final ArrayDeque<Object> held = new ArrayDeque<>();
    private long heldBytes;
    private boolean closed;
    private boolean draining;

    /** From now on messages wait. On the event loop, as all here. */
    void hold() {
        closed = true;
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    /** Lets messages through until {@link #hold} is called again. */
    void open(ChannelHandlerContext inner) {
        closed = false;
        ChannelHandlerContext ctx = inner.pipeline().context(this);
        if (ctx == null || draining) {
            return;
        }
        draining = true;
        while (!closed && !held.isEmpty()) {
            Object message = held.poll();
            heldBytes -= cost(message);
            ctx.fireChannelRead(message);
        }
        draining = false;
        if (heldBytes < MAX_HELD_BYTES) {
            ctx.channel().config().setAutoRead(true);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!closed && held.isEmpty()) {
            ctx.fireChannelRead(message);
            return;
        }
        held.add(message);
        heldBytes += cost(message);
        if (heldBytes >= MAX_HELD_BYTES) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        dropAll();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        dropAll();
    }

    private void dropAll() {
        held.forEach(ReferenceCountUtil::release);
        held.clear();
        heldBytes = 0;
    }

    private static long cost(Object message) {
        long content =
                message instanceof ByteBufHolder holder ? holder.content().readableBytes() : 0;
        long head = message instanceof HttpRequest request ? 2L * request.uri().length() : 0;
        return MESSAGE_BYTES + content + head;
    }
}
