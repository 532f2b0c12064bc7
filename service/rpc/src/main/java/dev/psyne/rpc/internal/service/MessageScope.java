package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.wire.MessageBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A kept message for as long as somebody may look at it: whoever does so after that gets an exception. */
final class MessageScope implements AutoCloseable {
    private final MessageBuffer buffer;
    private final Arena arena;

    MessageScope(MessageBuffer buffer) {
        this(buffer, false);
    }

    /** One that can be looked at by this thread alone, if {@code confined}: to end it costs next to nothing. */
    MessageScope(MessageBuffer buffer, boolean confined) {
        this.buffer = buffer;
        this.arena = confined ? Arena.ofConfined() : Arena.ofShared();
    }

    /** All of the message. */
    MemorySegment segment() {
        return buffer.segment().reinterpret(arena, null).asReadOnly();
    }

    /** Of a message that may not have been kept. */
    static void end(@Nullable MessageScope scope) {
        if (scope != null) {
            scope.close();
        }
    }

    /** Whether what lies in regions is part of it. */
    boolean isLent() {
        return buffer.isLent();
    }

    /** What ends with it. */
    Arena arena() {
        return arena;
    }

    @Override
    public void close() {
        arena.close();
        buffer.release();
    }
}
