package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.internal.schema.Definition;
import java.util.Map;

/** Codecs that walk through a record's fields: slow, and short enough to be believed. */
public final class ReferenceCodecs extends RecordCodecs {
    /**
     * The codecs of a schema.
     *
     * @param definitions by name
     */
    public ReferenceCodecs(Map<String, Definition> definitions) {
        super(definitions);
    }

    @Override
    RecordCodec<Object> make(RecordBinding binding) {
        return new ReferenceCodec(binding, RecordHandles.of(binding));
    }
}
