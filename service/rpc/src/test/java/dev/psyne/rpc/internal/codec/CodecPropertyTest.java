package dev.psyne.rpc.internal.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.rpc.internal.schema.Definition;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** For any definition both codecs write the same bytes and read each other's; so do later and earlier versions of it. */
class CodecPropertyTest {
    private static final int SCHEMAS = 60;
    private static final int VALUES = 5;
    private static final int MESSAGE_BYTES = 1 << 20;

    private final MemorySegment one = MemorySegment.ofArray(new byte[MESSAGE_BYTES]);
    private final MemorySegment other =
            MemorySegment.ofArray(new byte[MESSAGE_BYTES]).fill((byte) -1);
    private final MessageReader reader = new MessageReader(MessageReferences.NONE);

    @Test
    void bothCodecsAgree() {
        for (int seed = 0; seed < SCHEMAS; seed++) {
            RandomRecords random = new RandomRecords(seed);
            List<RandomRecords.Held> types = random.types();
            Definition.RecordOf definition = random.definition(types);
            RecordCodec<@Nullable Object[]> reference =
                    codec(new ReferenceCodecs(RandomRecords.NAMED), definition, types);
            RecordCodec<@Nullable Object[]> generated =
                    codec(new GeneratedCodecs(RandomRecords.NAMED), definition, types);
            for (int i = 0; i < VALUES; i++) {
                @Nullable Object[] values = random.values(definition, types);
                MemorySegment first = reference.encode(values, MessageWriter.over(one, MessageReferences.NONE));
                MemorySegment second = generated.encode(values, MessageWriter.over(other, MessageReferences.NONE));
                assertEquals(-1, first.mismatch(second), "seed " + seed);
                assertTrue(Same.are(values, reference.decode(reader.over(second))), "seed " + seed);
                assertTrue(Same.are(values, generated.decode(reader.over(first))), "seed " + seed);
            }
        }
    }

    /** A later version has more optional fields; what both have goes through. */
    @Test
    void versionsAgree() {
        for (int seed = 0; seed < SCHEMAS; seed++) {
            RandomRecords random = new RandomRecords(seed);
            List<RandomRecords.Held> types = random.types();
            Definition.RecordOf later = random.definition(types);
            int known = later.fields().size();
            while (known > 0 && later.fields().get(known - 1).optional()) {
                known--;
            }
            Definition.RecordOf earlier =
                    new Definition.RecordOf("Random", later.fields().subList(0, known));
            RecordCodec<@Nullable Object[]> newer = codec(new GeneratedCodecs(RandomRecords.NAMED), later, types);
            RecordCodec<@Nullable Object[]> older =
                    codec(new GeneratedCodecs(RandomRecords.NAMED), earlier, types.subList(0, known));
            @Nullable Object[] values = random.values(later, types);
            @Nullable
            Object[] read =
                    older.decode(reader.over(newer.encode(values, MessageWriter.over(one, MessageReferences.NONE))));
            @Nullable
            Object[] back =
                    newer.decode(reader.over(older.encode(read, MessageWriter.over(other, MessageReferences.NONE))));
            for (int i = 0; i < values.length; i++) {
                assertTrue(Same.are(i < known ? values[i] : null, back[i]), "seed " + seed + ", field " + i);
            }
        }
    }

    private static RecordCodec<@Nullable Object[]> codec(
            RecordCodecs codecs, Definition.RecordOf definition, List<RandomRecords.Held> types) {
        return codecs.parameters(
                definition, types.stream().map(RandomRecords.Held::java).toList());
    }
}
