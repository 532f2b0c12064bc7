package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.internal.connection.CallStream;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.wire.MessageBuffer;
import dev.psyne.rpc.internal.wire.OutOfMessageMemoryException;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Items that come over a connection; what is read of them is granted again. */
final class ReceivedItems implements Items<Object> {
    /** Bytes of results that may be under way to a caller. */
    static final int WINDOW_BYTES = 256 << 10;

    private final Messages messages;
    private final ValueMessage type;
    private final Runnable unwanted;
    private final int windowBytes;
    private final ArrayDeque<MessageBuffer> waiting = new ArrayDeque<>();
    private @Nullable CallStream stream;
    private @Nullable Failure failure;
    private @Nullable Thread reader;
    private @Nullable MessageScope shown;
    private boolean ended;
    private boolean closed;
    private long consumedBytes;

    /**
     * Items of one stream.
     *
     * @param windowBytes what the sender was granted to begin with
     * @param unwanted is told when the reader wants no more
     */
    ReceivedItems(Messages messages, ValueMessage type, int windowBytes, Runnable unwanted) {
        this.messages = messages;
        this.type = type;
        this.windowBytes = windowBytes;
        this.unwanted = unwanted;
    }

    /** Where credit goes; to be said before anybody reads. */
    void over(CallStream of) {
        stream = of;
    }

    /** On the connection's thread. */
    void item(ReceivedMessage item) {
        MessageBuffer kept;
        try {
            kept = item.keep();
        } catch (OutOfMessageMemoryException full) {
            fail(new Failure(Failure.UNAVAILABLE, String.valueOf(full.getMessage())));
            return;
        }
        synchronized (waiting) {
            if (!closed && failure == null) {
                waiting.add(kept);
                wake();
                return;
            }
        }
        kept.release();
    }

    void end() {
        synchronized (waiting) {
            ended = true;
            wake();
        }
    }

    /** What came before is still read. */
    void fail(Failure reason) {
        synchronized (waiting) {
            if (failure == null) {
                failure = reason;
            }
            wake();
        }
    }

    @Override
    public @Nullable Object next() throws InterruptedException {
        hide();
        MessageBuffer item = await();
        if (item == null) {
            return null;
        }
        grant(CallStream.cost(item.segment().byteSize()));
        MemorySegment small = type.isInPlace() && !item.isLent() ? messages.small(item.segment(), 0) : null;
        if (small == null && type.isInPlace()) {
            MessageScope scope = new MessageScope(item);
            shown = scope;
            return present(messages.read(scope.segment(), scope, messages.references(), type::decode));
        }
        try {
            return present(messages.read(small == null ? item.segment() : small, type::decode));
        } finally {
            item.release();
        }
    }

    @Override
    public void close() {
        hide();
        boolean early;
        synchronized (waiting) {
            if (closed) {
                return;
            }
            closed = true;
            early = !ended && failure == null;
            waiting.forEach(MessageBuffer::release);
            waiting.clear();
            wake();
        }
        if (early) {
            unwanted.run();
        }
    }

    /** Who writes by names may write nil. */
    private static Object present(@Nullable Object item) {
        if (item == null) {
            throw new BrokenMessageException("an item", "is nil, which would look like the end");
        }
        return item;
    }

    private void hide() {
        MessageScope last = shown;
        if (last != null) {
            shown = null;
            last.close();
        }
    }

    private @Nullable MessageBuffer await() throws InterruptedException {
        Thread self = Thread.currentThread();
        while (true) {
            synchronized (waiting) {
                MessageBuffer item = waiting.poll();
                if (item != null) {
                    return item;
                }
                if (closed) {
                    return null;
                }
                if (failure != null) {
                    throw failure.asException();
                }
                if (ended) {
                    return null;
                }
                reader = self;
            }
            LockSupport.park(this);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void grant(long bytes) {
        consumedBytes += bytes;
        CallStream of = stream;
        if (of != null && consumedBytes >= windowBytes / 2) {
            of.grant((int) consumedBytes);
            consumedBytes = 0;
        }
    }

    private void wake() {
        if (reader != null) {
            LockSupport.unpark(reader);
            reader = null;
        }
    }
}
