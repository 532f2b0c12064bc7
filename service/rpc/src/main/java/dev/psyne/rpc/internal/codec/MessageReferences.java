package dev.psyne.rpc.internal.codec;

import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What in a message stands for something outside of it: a tensor in a region that both sides map, a function of the sender.
 * A writer asks for the numbers, a reader for what they stand for. What a message may not hold is an
 * IllegalArgumentException that says why; a reader makes a {@link dev.psyne.rpc.BrokenMessageException} of it.
 */
public interface MessageReferences {
    /** Every tensor is written into the message; leases and callbacks are refused. */
    MessageReferences NONE = new MessageReferences() {};

    /**
     * A place in a region that the reader maps.
     *
     * @param lease under which the reader may use it
     * @param offset in bytes, from the region's beginning
     */
    record Place(int lease, long offset) {}

    /** Where the reader finds a tensor that is written; null if it is to be copied into the message. */
    default @Nullable Place place(Tensor tensor) {
        return null;
    }

    /**
     * The elements of a tensor that is read: exactly {@code bytes} of memory, which the lease covers.
     *
     * @param lease any u32, as a peer wrote it
     * @param offset any number, likewise
     */
    default MemorySegment elements(int lease, long offset, long bytes) {
        throw new IllegalArgumentException("lease " + Integer.toUnsignedString(lease)
                + " is unknown: this connection shares no region; send the tensor in the message");
    }

    /** The number under which the reader calls a function that is written in a field of a codec. */
    default int number(Object callback, ValueCodec.Callback codec) {
        throw new IllegalArgumentException("callbacks cannot be sent here: use them in a call's parameters");
    }

    /** The function behind a number that is read, as a field of a codec holds it. */
    default Object callback(int number, ValueCodec.Callback codec) {
        throw new IllegalArgumentException(
                "callback " + Integer.toUnsignedString(number) + " is unknown: callbacks come in a call's parameters");
    }
}
