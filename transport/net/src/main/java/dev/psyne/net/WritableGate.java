package dev.psyne.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes senders wait while the socket has more than it can take. A waiting fiber parks and gives its worker away; the event
 * loop wakes it when the buffer has fallen below its low mark or the connection has ended.
 */
final class WritableGate extends ChannelInboundHandlerAdapter {
    private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();

    /** Waits until {@code channel} takes more; false if it is closed, or the caller was interrupted (the flag stays set). */
    boolean await(Channel channel) {
        if (channel.isWritable()) {
            return true;
        }
        Thread self = Thread.currentThread();
        boolean writable = false;
        waiting.add(self);
        try {
            // The state is read after joining the queue: a change before that is seen here, a later one unparks.
            while (!writable && channel.isActive() && !self.isInterrupted()) {
                writable = channel.isWritable();
                if (!writable) {
                    LockSupport.park(this);
                }
            }
        } finally {
            waiting.remove(self);
        }
        // Not asked again: a write on its way from another thread makes the channel writable for a moment only.
        return writable && channel.isActive();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        wakeAll();
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        wakeAll();
        ctx.fireChannelInactive();
    }

    private void wakeAll() {
        waiting.forEach(LockSupport::unpark);
    }
}
