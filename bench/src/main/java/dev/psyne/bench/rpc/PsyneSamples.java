package dev.psyne.bench.rpc;

import dev.psyne.rpc.internal.codec.GeneratedCodecs;
import dev.psyne.rpc.internal.codec.MessageReader;
import dev.psyne.rpc.internal.codec.MessageReferences;
import dev.psyne.rpc.internal.codec.MessageWriter;
import dev.psyne.rpc.internal.codec.RecordCodec;
import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Field;
import dev.psyne.rpc.internal.schema.Type;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Our generated codec. */
final class PsyneSamples implements SampleCodec {
    private static final int MESSAGE_BYTES = 4096;

    private final RecordCodec<Sample> codec =
            new GeneratedCodecs(Map.of("Sample", definition())).of("Sample", Sample.class);
    private final MessageWriter writer =
            MessageWriter.over(Arena.ofAuto().allocate(MESSAGE_BYTES, 64), MessageReferences.NONE);
    private final MessageReader reader = new MessageReader(MessageReferences.NONE);
    private MemorySegment message = MemorySegment.NULL;

    private static Definition definition() {
        List<Field> fields = new ArrayList<>();
        for (RecordComponent component : Sample.class.getRecordComponents()) {
            Type type = component.getType() == String.class
                    ? new Type.Text()
                    : component.getType() == double.class ? Type.Scalar.F64 : new Type.ListOf(Type.Scalar.F32);
            fields.add(new Field(fields.size() + 1, type, component.getName(), false));
        }
        return new Definition.RecordOf("Sample", fields);
    }

    @Override
    public int encode(Sample sample) {
        message = codec.encode(sample, writer);
        return (int) message.byteSize();
    }

    @Override
    public Sample decode() {
        return codec.decode(reader.over(message));
    }
}
