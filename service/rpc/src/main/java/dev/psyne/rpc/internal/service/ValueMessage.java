package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.codec.MessageReader;
import dev.psyne.rpc.internal.codec.MessageWriter;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A value as a message of its own: an item, a result, a callback's argument or result. Immutable. */
interface ValueMessage {
    /**
     * Writes it.
     *
     * @return the message, good until the writer is used again
     * @throws IllegalArgumentException if the value is not of the message's type
     */
    MemorySegment encode(@Nullable Object value, MessageWriter writer);

    /**
     * Reads it.
     *
     * @throws dev.psyne.rpc.BrokenMessageException if it is none
     */
    @Nullable
    Object decode(MessageReader reader);

    /** Whether what it holds lies in the message. */
    boolean isInPlace();
}
