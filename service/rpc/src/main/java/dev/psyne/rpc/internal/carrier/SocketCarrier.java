package dev.psyne.rpc.internal.carrier;

import dev.psyne.fiber.SelectorLoop;
import dev.psyne.rpc.internal.wire.Carrier;
import dev.psyne.rpc.internal.wire.CarrierEvents;
import dev.psyne.rpc.internal.wire.FrameBatch;
import dev.psyne.rpc.internal.wire.FrameReader;
import dev.psyne.rpc.internal.wire.OutgoingMessage;
import dev.psyne.rpc.internal.wire.ProtocolException;
import dev.psyne.rpc.internal.wire.SendQueue;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One socket of a byte stream, TCP or Unix. A loop reads it; whoever sends writes to it, for all who come meanwhile too, and the
 * loop goes on where the socket took no more. What a loop's turn sends leaves at its end.
 */
public final class SocketCarrier implements Carrier {
    /** Reads of one socket before the others have their turn. */
    private static final int READS_PER_TURN = 4;

    private static final int READ_BYTES = 256 << 10;

    /** What was sent before a close may take so long to leave. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final ThreadLocal<ByteBuffer> INPUT =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(READ_BYTES));

    private final SelectorLoop loop;
    private final SocketChannel channel;
    private final SendQueue queue;
    private final CarrierEvents events;
    private final FrameReader reader;
    private final FrameBatch batch;
    private final String peer;

    /** How many flushes were asked for since the one under way began; whoever makes it 1 writes. The loop begins. */
    private final AtomicInteger flushes = new AtomicInteger(1);

    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean closing;
    private volatile @Nullable SelectionKey key;
    private final AtomicBoolean handedOver = new AtomicBoolean();

    /** Whether somebody has written since the loop read last: the loop writes what is sent behind that, all of it at once. */
    private volatile boolean written;

    private boolean flushAtEnd;

    private SocketCarrier(SelectorLoop loop, SocketChannel channel, String peer, SendQueue queue, CarrierParts parts) {
        this.loop = loop;
        this.channel = channel;
        this.queue = queue;
        this.peer = peer;
        this.batch = new FrameBatch(parts.blocks());
        this.events = parts.events().apply(this);
        this.reader = parts.reader().apply(events);
    }

    /** Begins to read a connected socket, which is the carrier's from here on. */
    public static SocketCarrier start(
            SelectorLoop loop, SocketChannel channel, String peer, SendQueue queue, CarrierParts parts)
            throws IOException {
        channel.configureBlocking(false);
        SocketCarrier carrier = new SocketCarrier(loop, channel, peer, queue, parts);
        loop.execute(carrier::register);
        return carrier;
    }

    @Override
    public void send(OutgoingMessage message) {
        if (!queue.add(message)) {
            return;
        }
        if (loop.isCurrent()) {
            flushAtEndOfTurn();
        } else if (!written) {
            written = true;
            flush();
        } else if (!handedOver.get() && handedOver.compareAndSet(false, true)) {
            onLoop(() -> {
                handedOver.set(false);
                flush();
            });
        }
    }

    private void flushAtEndOfTurn() {
        if (!flushAtEnd) {
            flushAtEnd = true;
            loop.atEndOfTurn(() -> {
                flushAtEnd = false;
                flush();
            });
        }
    }

    @Override
    public void forget(int stream) {
        if (reader.isAssembling()) {
            onLoop(() -> reader.forget(stream));
        }
    }

    @Override
    public long waitingBytes() {
        return queue.waitingBytes();
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public void close() {
        closing = true;
        onLoop(() -> {
            flush();
            if (isSent()) {
                end();
            } else {
                loop.schedule(LINGER_NANOS, this::end);
            }
        });
    }

    private boolean isSent() {
        return flushes.get() == 0 && queue.waitingBytes() == 0;
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException stopped) {
            end();
        }
    }

    private void register() {
        try {
            key = loop.register(channel, SelectionKey.OP_READ, this::ready);
            write(flushes.get());
        } catch (IOException gone) {
            end();
        }
    }

    private void ready(SelectionKey ready) {
        try {
            if (ready.isWritable()) {
                ready.interestOpsAnd(~SelectionKey.OP_WRITE);
                write(flushes.get());
            }
            if (ready.isValid() && ready.isReadable()) {
                written = false;
                read();
            }
        } catch (ProtocolException broken) {
            events.broken(broken);
            stopReading();
            close();
        } catch (IOException gone) {
            end();
        }
    }

    private void stopReading() {
        SelectionKey current = key;
        if (current != null && current.isValid()) {
            current.interestOpsAnd(~SelectionKey.OP_READ);
        }
    }

    private void read() throws IOException, ProtocolException {
        ByteBuffer input = INPUT.get();
        for (int i = 0; i < READS_PER_TURN; i++) {
            int room = readOnce(input.clear());
            if (room < 0) {
                end();
                return;
            }
            if (room > 0) {
                return;
            }
        }
    }

    /** Reads what is there; how many bytes more would have had room, or -1 at the end. */
    private int readOnce(ByteBuffer input) throws IOException, ProtocolException {
        MemorySegment direct = reader.direct();
        if (direct == null) {
            int read = channel.read(input);
            reader.read(MemorySegment.ofBuffer(input.flip()));
            return read < 0 ? -1 : input.capacity() - read;
        }
        ByteBuffer place = direct.asByteBuffer();
        long read = channel.read(new ByteBuffer[] {place, input});
        if (read > 0) {
            reader.advance(place.position());
            reader.read(MemorySegment.ofBuffer(input.flip()));
        }
        return read < 0 ? -1 : place.remaining() + input.capacity() - input.limit();
    }

    private void flush() {
        if (flushes.getAndIncrement() == 0) {
            try {
                write(1);
            } catch (IOException gone) {
                onLoop(this::end);
            }
        }
    }

    /** Writes for all who asked, of whom {@code asked} are known, and leaves the rest to the loop if the socket is full. */
    private void write(int asked) throws IOException {
        int known = asked;
        while (known != 0) {
            while (!batch.isEmpty() || queue.take(batch)) {
                if (!batch.writeTo(channel::write)) {
                    awaitWritable();
                    return;
                }
            }
            known = flushes.addAndGet(-known);
        }
        if (closing) {
            onLoop(this::end);
        }
    }

    private void awaitWritable() throws ClosedChannelException {
        SelectionKey current = key;
        if (current == null || !current.isValid()) {
            throw new ClosedChannelException();
        }
        current.interestOpsOr(SelectionKey.OP_WRITE);
        if (!loop.isCurrent()) {
            loop.execute(() -> {});
        }
    }

    private void end() {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        closing = true;
        try {
            channel.close();
        } catch (IOException alreadyGone) {
            // The descriptor is gone either way, and so is the peer.
        }
        queue.close();
        reader.close();
        events.closed();
    }
}
