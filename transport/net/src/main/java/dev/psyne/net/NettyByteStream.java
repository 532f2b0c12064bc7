package dev.psyne.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.atomic.AtomicBoolean;

/** A streamed body over one Netty channel; what is sent together is one chunk, flushed at once. */
final class NettyByteStream implements ByteStream {
    private final Channel channel;
    private final WritableGate writable;
    private final Runnable answered;
    private final AtomicBoolean closed = new AtomicBoolean();

    NettyByteStream(Channel channel, WritableGate writable, Runnable answered) {
        this.channel = channel;
        this.writable = writable;
        this.answered = answered;
    }

    @Override
    public boolean send(byte[] bytes) {
        if (!isOpen()) {
            return false;
        }
        if (!writable.await(channel)) {
            close();
            return false;
        }
        var _ = channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)), channel.voidPromise());
        return true;
    }

    @Override
    public boolean isOpen() {
        return !closed.get() && channel.isActive();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true) && channel.isActive()) {
            channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(_ -> answered.run());
        }
    }
}
