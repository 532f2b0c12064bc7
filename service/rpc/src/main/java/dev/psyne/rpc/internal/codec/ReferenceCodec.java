package dev.psyne.rpc.internal.codec;

import org.jspecify.annotations.Nullable;

/** A record's fields one after the other, as its binding lists them. */
final class ReferenceCodec extends RecordCodec<Object> {
    private final RecordBinding binding;
    private final RecordHandles handles;

    ReferenceCodec(RecordBinding binding, RecordHandles handles) {
        this.binding = binding;
        this.handles = handles;
    }

    RecordBinding binding() {
        return binding;
    }

    RecordHandles handles() {
        return handles;
    }

    /** The codec that stands behind one of {@link ReferenceCodecs}. */
    static ReferenceCodec behind(RecordCodec<?> codec) {
        return codec instanceof LateCodec late ? behind(late.made()) : (ReferenceCodec) codec;
    }

    @Override
    public long write(Object value, MessageWriter writer) {
        RecordLayout layout = binding.layout();
        @Nullable Object[] values = handles.values(value);
        long at = writer.begin(layout.fixedBytes(), binding.definition().name());
        for (RecordBinding.FieldBinding field : binding.fields()) {
            Object held = values[field.index()];
            if (field.isOptional()) {
                if (held == null) {
                    continue;
                }
                writer.present(at + field.slot().presenceAt(), field.presenceMask());
            }
            field.codec()
                    .write(writer, at + field.slot().at(), MessageWriter.required(held, field.where()), field.where());
        }
        writer.end();
        return at;
    }

    @Override
    public Object read(MessageReader reader, long at) {
        RecordLayout layout = binding.layout();
        long end = reader.begin(at, layout.requiredBytes(), binding.definition().name());
        @Nullable Object[] values = new Object[binding.fields().size()];
        for (RecordBinding.FieldBinding field : binding.fields()) {
            RecordLayout.Slot slot = field.slot();
            if (!field.isOptional()
                    || reader.present(
                            end, at + slot.presenceAt(), field.presenceMask(), at + slot.end(), field.where())) {
                values[field.index()] = field.codec().read(reader, at + slot.at(), field.where());
            }
        }
        reader.end();
        return handles.made(values, binding.definition().name());
    }
}
