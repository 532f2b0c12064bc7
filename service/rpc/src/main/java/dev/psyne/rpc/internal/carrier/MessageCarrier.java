package dev.psyne.rpc.internal.carrier;

import dev.psyne.fiber.SelectorLoop;
import dev.psyne.rpc.MessageSocket;
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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Frames over a socket that keeps messages whole. What waits in the lanes leaves in messages of many frames, as far as the
 * socket takes it; the rest stays in its lanes, where what is more urgent still passes it.
 */
public final class MessageCarrier implements Carrier, MessageSocket.Events {
    /** What was sent before a close may take so long to leave. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final SelectorLoop timers;
    private final MessageSocket socket;
    private final SendQueue queue;
    private final CarrierEvents events;
    private final FrameReader reader;
    private final FrameBatch batch;

    /** How many flushes were asked for since the one under way began; whoever makes it 1 asks the socket for its turn. */
    private final AtomicInteger flushes = new AtomicInteger();

    private final AtomicBoolean ended = new AtomicBoolean();

    /** Held by whoever has the reader in hand; nobody waits for it for longer than it takes to forget a stream. */
    private final ReentrantLock reading = new ReentrantLock();

    /** Streams whose calls are over, until the reader has been told. */
    private final Queue<Integer> forgotten = new ConcurrentLinkedQueue<>();

    private volatile boolean closing;
    private volatile @Nullable String brokenRule;

    private MessageCarrier(SelectorLoop timers, MessageSocket socket, SendQueue queue, CarrierParts parts) {
        this.timers = timers;
        this.socket = socket;
        this.queue = queue;
        this.batch = new FrameBatch(parts.blocks());
        this.events = parts.events().apply(this);
        this.reader = parts.reader().apply(events);
    }

    /**
     * Begins to speak over a socket, which is to tell the carrier what comes from here on.
     *
     * @param timers ends what does not end by itself
     */
    public static MessageCarrier start(SelectorLoop timers, MessageSocket socket, SendQueue queue, CarrierParts parts) {
        return new MessageCarrier(timers, socket, queue, parts);
    }

    @Override
    public void send(OutgoingMessage message) {
        if (queue.add(message)) {
            flush();
        }
    }

    @Override
    public long waitingBytes() {
        return queue.waitingBytes();
    }

    @Override
    public String peer() {
        return socket.peer();
    }

    @Override
    public void close() {
        closing = true;
        flush();
        try {
            timers.execute(() -> timers.schedule(LINGER_NANOS, this::end));
        } catch (RejectedExecutionException stopped) {
            // The process is about to leave: what the socket does not take at once will not arrive.
            end();
        }
    }

    @Override
    public void received(MemorySegment bytes, boolean last) {
        if (closing) {
            return;
        }
        reading.lock();
        try {
            reader.read(bytes);
            if (last && !reader.isBetweenFrames()) {
                throw new ProtocolException("a message of the carrier that ends within a frame");
            }
        } catch (ProtocolException broken) {
            brokenRule = String.valueOf(broken.getMessage());
            events.broken(broken);
            close();
        } finally {
            reading.unlock();
        }
        tellForgotten();
    }

    @Override
    public void forget(int stream) {
        if (reader.isAssembling()) {
            forgotten.add(stream);
            tellForgotten();
        }
    }

    /** Tells the reader, unless another has it in hand, who will. */
    private void tellForgotten() {
        while (!forgotten.isEmpty() && !reading.isHeldByCurrentThread() && reading.tryLock()) {
            try {
                for (Integer stream = forgotten.poll(); stream != null; stream = forgotten.poll()) {
                    reader.forget(stream);
                }
            } finally {
                reading.unlock();
            }
        }
    }

    @Override
    public void writable() {
        try {
            write();
        } catch (IOException gone) {
            end();
        }
    }

    @Override
    public void closed() {
        closing = true;
        ended.set(true);
        queue.close();
        reading.lock();
        try {
            reader.close();
        } finally {
            reading.unlock();
        }
        events.closed();
    }

    private void flush() {
        if (flushes.getAndIncrement() == 0) {
            socket.awaitWritable();
        }
    }

    private void write() throws IOException {
        int known = flushes.get();
        while (known != 0) {
            while (!batch.isEmpty() || queue.take(batch)) {
                if (!batch.writeTo(this::sendMessage)) {
                    socket.awaitWritable();
                    return;
                }
            }
            known = flushes.addAndGet(-known);
        }
        if (closing) {
            end();
        }
    }

    /** All buffers as one message; 0 if the socket does not take it now. */
    private long sendMessage(ByteBuffer[] buffers, int offset, int length) throws IOException {
        int bytes = 0;
        for (int i = offset; i < offset + length; i++) {
            bytes += buffers[i].remaining();
        }
        boolean sent = socket.trySend(bytes, message -> {
            long at = 0;
            for (int i = offset; i < offset + length; i++) {
                MemorySegment part = MemorySegment.ofBuffer(buffers[i]);
                MemorySegment.copy(part, 0, message, at, part.byteSize());
                at += part.byteSize();
                buffers[i].position(buffers[i].limit());
            }
        });
        return sent ? bytes : 0;
    }

    private void end() {
        if (ended.compareAndSet(false, true)) {
            queue.close();
            String rule = brokenRule;
            socket.close(rule == null ? MessageSocket.NORMAL : MessageSocket.PROTOCOL_ERROR, rule == null ? "" : rule);
        }
    }
}
