package dev.psyne.rpc.internal.codec;

import org.jspecify.annotations.Nullable;

/** Stands for the codec of a record that holds itself, while that one is made. */
final class LateCodec extends RecordCodec<Object> {
    private @Nullable RecordCodec<Object> codec;

    void become(RecordCodec<Object> made) {
        codec = made;
    }

    @Override
    public long write(Object value, MessageWriter writer) {
        return made().write(value, writer);
    }

    @Override
    public Object read(MessageReader reader, long at) {
        return made().read(reader, at);
    }

    RecordCodec<Object> made() {
        if (codec == null) {
            throw new IllegalStateException("the codec is used while it is made");
        }
        return codec;
    }
}
