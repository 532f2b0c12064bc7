package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.codec.MessageReader;
import dev.psyne.rpc.internal.codec.MessageReferences;
import dev.psyne.rpc.internal.codec.MessageWriter;
import dev.psyne.rpc.internal.wire.CallHeader;
import dev.psyne.rpc.internal.wire.MessageBuffer;
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
    private final int maxBytes;
    private final MessageSlab small = new MessageSlab();
    private final ArrayDeque<MessageWriter> writers = new ArrayDeque<>();

    /** Messages of up to {@code maxBytes}. */
    Messages(MessagePool pool, MessageMemory memory, MessageReferences references, int maxBytes) {
        this.pool = pool;
        this.memory = memory;
        this.references = references;
        this.maxBytes = maxBytes;
    }

    /** What its messages stand for things outside of them with, unless another is given. */
    MessageReferences references() {
        return references;
    }

    /** A call's payload. */
    MessageBuffer call(CallHeader header, MessageReferences given, Function<MessageWriter, MemorySegment> arguments)
            throws OutOfMessageMemoryException {
        MessageBuffer buffer = write(header.bytes(), given, arguments);
        header.write(buffer.segment());
        return buffer;
    }

    /** The payload of a call of the callback that has this number in the call of that stream. */
    MessageBuffer callback(int number, int stream, Function<MessageWriter, MemorySegment> argument)
            throws OutOfMessageMemoryException {
        MessageBuffer buffer = write(LentCallbacks.LEAD_BYTES, references, argument);
        buffer.segment().set(INT, 0, number);
        buffer.segment().set(INT, Integer.BYTES, stream);
        return buffer;
    }

    /** A payload without anything in front of it. */
    MessageBuffer message(Function<MessageWriter, MemorySegment> value) throws OutOfMessageMemoryException {
        return write(0, references, value);
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

    private MessageBuffer write(int leadBytes, MessageReferences given, Function<MessageWriter, MemorySegment> value)
            throws OutOfMessageMemoryException {
        MessageWriter writer = writer();
        try {
            MemorySegment written = value.apply(writer.refer(given));
            MessageBuffer buffer = memory.take(leadBytes + written.byteSize(), leadBytes);
            MemorySegment.copy(written, 0, buffer.segment(), leadBytes, written.byteSize());
            return buffer;
        } finally {
            free(writer);
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
