package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.codec.MessageReader;
import dev.psyne.rpc.internal.codec.MessageWriter;
import dev.psyne.rpc.internal.codec.RecordCodec;
import java.lang.foreign.MemorySegment;

/**
 * A value as a message of its own: a record is the message, anything else the one field of it.
 *
 * @param isInPlace whether what it holds lies in the message
 */
record ValueMessage(RecordCodec<?> codec, boolean isRecord, boolean isInPlace) {
    @SuppressWarnings("unchecked")
    MemorySegment encode(Object value, MessageWriter writer) {
        return isRecord
                ? ((RecordCodec<Object>) codec).encode(value, writer)
                : ((RecordCodec<Object[]>) codec).encode(new Object[] {value}, writer);
    }

    Object decode(MessageReader reader) {
        return isRecord ? codec.decode(reader) : ((Object[]) codec.decode(reader))[0];
    }
}
