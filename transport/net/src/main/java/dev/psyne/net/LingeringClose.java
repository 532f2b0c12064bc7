package dev.psyne.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection whose client may still be sending. Closing at once would make the kernel answer the unread bytes with a
 * reset, and a reset takes the last answer away from the client (RFC 9112, section 9.6). So the sending side ends first, and
 * what still comes is read and dropped until the client closes, or until the bounds below are reached.
 */
final class LingeringClose extends ChannelInboundHandlerAdapter {
    static final int LINGER_SECONDS = 5;
    static final long MAX_DROPPED_BYTES = 256L << 20;

    private long droppedBytes;

    /** Starts after the last answer was flushed; on the event loop. */
    static void start(Channel channel) {
        if (!channel.isActive() || channel.pipeline().get(LingeringClose.class) != null) {
            return;
        }
        channel.pipeline().addFirst(new LingeringClose());
        channel.config().setAutoRead(true);
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound().addListener(_ -> endOutput(channel));
        } else {
            endOutput(channel);
        }
        Runnable close = () -> {
            var _ = channel.close();
        };
        Future<?> timer = channel.eventLoop().schedule(close, LINGER_SECONDS, TimeUnit.SECONDS);
        channel.closeFuture().addListener(_ -> timer.cancel(false));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        droppedBytes += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        ReferenceCountUtil.release(message);
        if (droppedBytes > MAX_DROPPED_BYTES) {
            var _ = ctx.close();
        }
    }

    private static void endOutput(Channel channel) {
        if (channel instanceof DuplexChannel duplex) {
            var _ = duplex.shutdownOutput();
        } else {
            var _ = channel.close();
        }
    }
}
