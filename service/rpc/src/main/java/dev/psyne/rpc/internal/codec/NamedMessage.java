package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.BrokenFrameException;
import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackReader;
import dev.psyne.rpc.MessagePackWriter;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** One value of MessagePack as a whole message, within bounds. */
public final class NamedMessage {
    /** Maps and lists in each other. */
    public static final int MAX_DEPTH = 32;

    /** Entries of maps and lists of one message; who has more sends a tensor, bytes or a stream. */
    static final int MAX_ELEMENTS = 1 << 18;

    /** UTF-8 bytes of a name. */
    static final int MAX_KEY_BYTES = 1024;

    private static final MessagePackLimits LIMITS = MessagePackLimits.lenient(MAX_DEPTH, MAX_ELEMENTS, MAX_KEY_BYTES);

    private NamedMessage() {}

    /**
     * Writes a value.
     *
     * @return memory of its own, on the heap
     * @throws IllegalArgumentException if it is none of MessagePack, too deep, or longer than the writer's limit
     */
    public static MemorySegment encode(@Nullable Object value, MessageWriter writer) {
        int limit = (int) Math.min(writer.limitBytes(), Integer.MAX_VALUE);
        return MemorySegment.ofArray(
                new MessagePackWriter(limit, MAX_DEPTH).value(value).toFrame());
    }

    /**
     * Reads the message that a reader is turned to; bytes are views of it.
     *
     * @param where names it in an error
     * @throws BrokenMessageException if it is not one value, or over a bound
     */
    public static @Nullable Object decode(MessageReader reader, String where) {
        try {
            MessagePackReader values = new MessagePackReader(reader.segment(), LIMITS);
            Object value = values.read();
            if (!values.atEnd()) {
                throw new BrokenMessageException(where, "bytes follow the value");
            }
            return value;
        } catch (BrokenFrameException broken) {
            throw new BrokenMessageException(where, broken.reason());
        }
    }
}
