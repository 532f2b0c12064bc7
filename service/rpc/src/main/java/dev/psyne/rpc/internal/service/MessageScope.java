package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.wire.MessageBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A kept message for as long as somebody may look at it: whoever does so after that gets an exception. */
final class MessageScope implements AutoCloseable {
    private final MessageBuffer buffer;
    private final Arena arena = Arena.ofShared();

    MessageScope(MessageBuffer buffer) {
        this.buffer = buffer;
    }

    /** All of the message. */
    MemorySegment segment() {
        return buffer.segment().reinterpret(arena, null).asReadOnly();
    }

    /** Of a message that may not have been kept. */
    static void close(@Nullable MessageScope scope) {
        if (scope != null) {
            scope.close();
        }
    }

    @Override
    public void close() {
        arena.close();
        buffer.release();
    }
}
