package dev.psyne.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/** An event stream over one Netty channel; each event is one chunk, flushed at once. */
final class NettyEventStream implements EventStream {
    private final Channel channel;
    private final WritableGate writable;
    private final Runnable answered;
    private final AtomicBoolean closed = new AtomicBoolean();

    NettyEventStream(Channel channel, WritableGate writable, Runnable answered) {
        this.channel = channel;
        this.writable = writable;
        this.answered = answered;
    }

    @Override
    public boolean send(String data) {
        if (!isOpen()) {
            return false;
        }
        if (!writable.await(channel)) {
            close();
            return false;
        }
        byte[] event = encode(data);
        var _ = channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(event)), channel.voidPromise());
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

    /** WHATWG HTML, section 9.2.6: a line ends with CR LF, LF or CR, and each becomes a field of its own. */
    static byte[] encode(String data) {
        StringBuilder event = new StringBuilder(data.length() + 16).append("data: ");
        for (int i = 0; i < data.length(); i++) {
            char c = data.charAt(i);
            if (c == '\r' && i + 1 < data.length() && data.charAt(i + 1) == '\n') {
                continue;
            }
            if (c == '\n' || c == '\r') {
                event.append("\ndata: ");
            } else {
                event.append(c);
            }
        }
        return event.append("\n\n").toString().getBytes(StandardCharsets.UTF_8);
    }
}
