package dev.psyne.rpc.internal.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Field;
import dev.psyne.rpc.internal.schema.Type;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Older and newer schemas read each other's messages. */
class CodecEvolutionTest {
    private static final Type TEXT = new Type.Text();

    enum Kind {
        REFERENCE(ReferenceCodecs::new),
        GENERATED(GeneratedCodecs::new);

        private final Function<Map<String, Definition>, RecordCodecs> maker;

        Kind(Function<Map<String, Definition>, RecordCodecs> maker) {
            this.maker = maker;
        }

        RecordCodec<@Nullable Object[]> codec(List<Field> fields) {
            List<Class<?>> types = fields.stream().<Class<?>>map(Kind::held).toList();
            return maker.apply(Map.of()).parameters(new Definition.RecordOf("Item", fields), types);
        }

        private static Class<?> held(Field field) {
            return field.type() instanceof Type.Scalar scalar
                    ? ScalarCodec.of(scalar).boxed()
                    : String.class;
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOlderReaderSkipsAndANewerOneSeesNothing(Kind kind) {
        List<Field> old = List.of(new Field(1, TEXT, "name", false), new Field(2, Type.Scalar.I8, "count", false));
        List<Field> fields = new ArrayList<>(old);
        fields.add(new Field(5, Type.Scalar.I8, "tiny", true));
        fields.add(new Field(9, TEXT, "more", true));
        @Nullable Object[] newer = {"a", (byte) 1, (byte) 2, "skipped"};
        assertSame(new @Nullable Object[] {"a", (byte) 1}, transferred(kind.codec(fields), kind.codec(old), newer));
        assertSame(
                new @Nullable Object[] {"a", (byte) 1, null, null},
                transferred(kind.codec(old), kind.codec(fields), "a", (byte) 1));
    }

    @ParameterizedTest
    @EnumSource
    void anyTwoVersionsAgreeOnWhatBothKnow(Kind kind) {
        int most = 70;
        for (int writing = 0; writing <= most; writing += 7) {
            for (int reading = 0; reading <= most; reading += 5) {
                @Nullable Object[] values = new Object[1 + writing];
                @Nullable Object[] wanted = new Object[1 + reading];
                for (int i = 0; i < values.length; i++) {
                    values[i] = i > 0 && i % 3 == 0 ? null : i % 2 == 0 ? "text " + i : (Object) (double) i;
                }
                System.arraycopy(values, 0, wanted, 0, Math.min(values.length, wanted.length));
                assertSame(wanted, transferred(kind.codec(version(writing)), kind.codec(version(reading)), values));
            }
        }
    }

    private static List<Field> version(int optionals) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i <= optionals; i++) {
            fields.add(new Field(i + 1, i % 2 == 0 ? TEXT : Type.Scalar.F64, "f" + i, i > 0));
        }
        return fields;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsRequiredMustBeThere(Kind kind) {
        RecordCodec<@Nullable Object[]> small = kind.codec(List.of(new Field(1, Type.Scalar.I8, "a", false)));
        RecordCodec<@Nullable Object[]> large = kind.codec(
                List.of(new Field(1, Type.Scalar.I8, "a", false), new Field(2, Type.Scalar.I64, "b", false)));
        BrokenMessageException refused =
                assertThrows(BrokenMessageException.class, () -> transferred(small, large, (byte) 1));
        assertEquals("Item: fixedBytes is 8; it is a multiple of 8, here 16 to 8", refused.getMessage());
        IllegalArgumentException missing = assertThrows(
                IllegalArgumentException.class, () -> transferred(small, small, new @Nullable Object[] {null}));
        assertEquals("Item.a: is null; give a value, or make the field optional", missing.getMessage());
    }

    private static @Nullable Object[] transferred(
            RecordCodec<@Nullable Object[]> from, RecordCodec<@Nullable Object[]> to, @Nullable Object... values) {
        MemorySegment memory = MemorySegment.ofArray(new byte[8192]).fill((byte) -1);
        MemorySegment message = from.encode(values, MessageWriter.over(memory, MessageReferences.NONE));
        return to.decode(new MessageReader(MessageReferences.NONE).over(message));
    }

    private static void assertSame(@Nullable Object[] wanted, @Nullable Object[] found) {
        assertTrue(Same.are(wanted, found), () -> List.of(found).toString());
    }
}
