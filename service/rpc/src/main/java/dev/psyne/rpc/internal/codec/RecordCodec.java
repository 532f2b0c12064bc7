package dev.psyne.rpc.internal.codec;

import java.lang.foreign.MemorySegment;

/**
 * Writes and reads records of one definition. Immutable and safe for any threads, as long as each has its writer and its
 * reader. Its subclasses are made by {@link RecordCodecs}, some of them at run time, next to the record's class: that is why
 * this one and its methods are public.
 *
 * @param <T> the record's class, or {@code Object[]} for the parameters of a method
 */
public abstract class RecordCodec<T> {
    /** For subclasses made at run time. */
    public RecordCodec() {}

    /**
     * Writes a message: this record at its beginning.
     *
     * @throws IllegalArgumentException if the value is not as its definition says, or longer than the writer allows
     * @return the message, in place, good until the writer begins another
     */
    public final MemorySegment encode(T value, MessageWriter writer) {
        writer.start();
        long _ = write(MessageWriter.required(value, "a message"), writer);
        writer.finish();
        return writer.message();
    }

    /**
     * Reads the message that the reader is turned to.
     *
     * @throws dev.psyne.rpc.BrokenMessageException if it is none of this definition, an earlier or a later one
     */
    public final T decode(MessageReader reader) {
        reader.start();
        return read(reader, 0);
    }

    /** Appends a record and returns where. */
    public abstract long write(T value, MessageWriter writer);

    /** Reads the record at a multiple of 8 that the reader has not passed. */
    public abstract T read(MessageReader reader, long at);
}
