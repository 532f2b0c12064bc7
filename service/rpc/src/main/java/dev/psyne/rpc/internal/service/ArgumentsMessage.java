package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.codec.MessageReader;
import dev.psyne.rpc.internal.codec.MessageWriter;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The arguments of a method as a message, in the order of the schema, without a stream. Immutable. */
interface ArgumentsMessage {
    /**
     * Writes them.
     *
     * @return the message, good until the writer is used again
     * @throws IllegalArgumentException if one is not of its parameter's type
     */
    MemorySegment encode(@Nullable Object[] arguments, MessageWriter writer);

    /**
     * Reads them.
     *
     * @throws dev.psyne.rpc.BrokenMessageException if they are none of the method's
     */
    @Nullable
    Object[] decode(MessageReader reader);
}
