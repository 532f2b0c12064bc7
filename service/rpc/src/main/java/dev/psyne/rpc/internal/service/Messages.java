package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.codec.MessageReader;
import dev.psyne.rpc.internal.codec.MessageReferences;
import dev.psyne.rpc.internal.codec.MessageWriter;
import dev.psyne.rpc.internal.region.LentReferences;
import dev.psyne.rpc.internal.region.LinkRegions;
import dev.psyne.rpc.internal.wire.CallHeader;
import dev.psyne.rpc.internal.wire.MessageBuffer;
import dev.psyne.rpc.internal.wire.MessageLease;
import dev.psyne.rpc.internal.wire.MessageMemory;
import dev.psyne.rpc.internal.wire.MessagePool;
import dev.psyne.rpc.internal.wire.MessageSlab;
import dev.psyne.rpc.internal.wire.OutOfMessageMemoryException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the messages of a connection's calls. What is written is put together in memory that is used again and
 * copied out of it once. Any thread may call.
 */
final class Messages {
    /** Of those that write at the same time. */
    private static final int KEPT_WRITERS = 2;

    /** A writer that has grown further gives its memory back. */
    private static final int KEPT_BYTES = 16 << 10;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MessagePool pool;
    private final MessageMemory memory;
    private final MessageReferences references;
    private final LinkRegions regions;
    private final int maxBytes;
    private final MessageSlab small = new MessageSlab();
    private final ArrayDeque<MessageWriter> writers = new ArrayDeque<>();

    /** Messages of up to {@code maxBytes}. */
    Messages(MessagePool pool, MessageMemory memory, MessageReferences references, LinkRegions regions, int maxBytes) {
        this.pool = pool;
        this.memory = memory;
        this.references = references;
        this.regions = regions;
        this.maxBytes = maxBytes;
    }

    /** What its messages stand for things outside of them with, unless another is given. */
    MessageReferences references() {
        return references;
    }

    /** A call's payload; {@code lends} if the callee takes references to shared memory. */
    MessageBuffer call(
            CallHeader header, boolean lends, MessageReferences given, Function<MessageWriter, MemorySegment> arguments)
            throws OutOfMessageMemoryException {
        MessageBuffer buffer = write(header.bytes(), lends, given, arguments);
        header.write(buffer.segment());
        return buffer;
    }

    /** The payload of a call of the callback that has this number in the call of that stream. */
    MessageBuffer callback(int number, int stream, Function<MessageWriter, MemorySegment> argument)
            throws OutOfMessageMemoryException {
        MessageBuffer buffer = write(LentCallbacks.LEAD_BYTES, false, references, argument);
        buffer.segment().set(INT, 0, number);
        buffer.segment().set(INT, Integer.BYTES, stream);
        return buffer;
    }

    /** A payload without anything in front of it; {@code lends} if its receiver takes references to shared memory. */
    MessageBuffer message(boolean lends, Function<MessageWriter, MemorySegment> value)
            throws OutOfMessageMemoryException {
        return write(0, lends, references, value);
    }

    /** Reads what is to be read at once. */
    <T extends @Nullable Object> T read(MemorySegment message, Function<MessageReader, T> value) {
        return read(message, references, value);
    }

    /** The same, with what stands for things outside of it. */
    <T extends @Nullable Object> T read(
            MemorySegment message, MessageReferences given, Function<MessageReader, T> value) {
        return value.apply(new MessageReader(given).over(message));
    }

    /** What a kept message's bytes are read from if it is small, whoever reads it and however long; null if it is not. */
    @Nullable
    MemorySegment small(MemorySegment message, int leadBytes) {
        return message.byteSize() <= MessageSlab.MAX_BYTES ? small.copy(message, leadBytes) : null;
    }

    /** Reads a message whose references are good for as long as its scope. */
    <T extends @Nullable Object> T read(
            MemorySegment message,
            @Nullable MessageScope scope,
            MessageReferences given,
            Function<MessageReader, T> value) {
        MessageReferences mapped = scope != null && scope.isLent() ? regions.mapping(scope.arena(), given) : given;
        return read(message, mapped, value);
    }

    /** Reads a message that the garbage collector takes back when nobody looks at what came of it any more. */
    <T extends @Nullable Object> T readKept(MessageBuffer message, Function<MessageReader, T> value) {
        MessageLease lease = message.takeLease();
        message.disown();
        MemorySegment bytes = message.segment().asReadOnly();
        return lease == null
                ? read(bytes, value)
                : regions.readKept(lease, references, mapped -> value.apply(new MessageReader(mapped).over(bytes)));
    }

    /** Whether answers may hold references. */
    boolean takesReferences() {
        return regions.isShared();
    }

    private MessageBuffer write(
            int leadBytes, boolean lends, MessageReferences given, Function<MessageWriter, MemorySegment> value)
            throws OutOfMessageMemoryException {
        MessageWriter writer = writer();
        LentReferences lent = lends ? regions.lending(given) : null;
        try {
            MemorySegment written = value.apply(writer.refer(lent == null ? given : lent));
            MessageLease lease = lent == null ? null : lent.takeLease();
            MessageBuffer buffer = take(leadBytes, written.byteSize(), lease);
            MemorySegment.copy(written, 0, buffer.segment(), leadBytes, written.byteSize());
            return buffer;
        } finally {
            if (lent != null) {
                lent.abandon();
            }
            free(writer);
        }
    }

    private MessageBuffer take(int leadBytes, long bytes, @Nullable MessageLease lease)
            throws OutOfMessageMemoryException {
        if (lease == null) {
            return memory.take(leadBytes + bytes, leadBytes);
        }
        try {
            MessageBuffer buffer = memory.take(leadBytes + bytes + MessageLease.NUMBER_BYTES, leadBytes);
            buffer.lend(lease);
            return buffer;
        } catch (OutOfMessageMemoryException full) {
            lease.release();
            throw full;
        }
    }

    private MessageWriter writer() {
        synchronized (writers) {
            MessageWriter kept = writers.poll();
            if (kept != null) {
                return kept;
            }
        }
        return MessageWriter.growing(pool, maxBytes, references);
    }

    private void free(MessageWriter writer) {
        synchronized (writers) {
            if (writers.size() < KEPT_WRITERS && writer.size() <= KEPT_BYTES) {
                writers.push(writer);
                return;
            }
        }
        writer.close();
    }
}
