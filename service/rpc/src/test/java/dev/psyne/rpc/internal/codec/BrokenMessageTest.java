package dev.psyne.rpc.internal.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Field;
import dev.psyne.rpc.internal.schema.Type;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a golden message in which one word is another is said with record and field. */
class BrokenMessageTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "scalars   | 0  | 32         | Scalars: fixedBytes is 32; it is a multiple of 8, here 40 to 40",
                "scalars   | 0  | 44         | Scalars: fixedBytes is 44; it is a multiple of 8, here 40 to 40",
                "scalars   | 0  | -8         | Scalars: fixedBytes is 4294967288; it is a multiple of 8, here 40 to 40",
                "scalars   | 4  | 2          | Scalars.flag: a bool is 0 or 1, not 2",
                "texts     | 4  | 24         | Texts.plain: begins at 24, but what is in front of it ends at 48",
                "texts     | 4  | 80         | Texts.plain: a part of 5 bytes at 80 is not in the message, which has 79",
                "texts     | 4  | -1         | Texts.plain: a part of 5 bytes at 4294967295 is not in the message, which has 79",
                "texts     | 8  | -1         | Texts.plain: a part of 4294967295 bytes at 48 is not in the message, which has 79",
                "texts     | 8  | 0          | Texts.plain: what is empty has a slot of zeros, not one at 48",
                "texts     | 53 | 0xff       | Texts.mixed: is not UTF-8",
                "texts     | 28 | 73         | Texts.bytes: begins at 73; it must be a multiple of 8",
                "moods     | 4  | 3          | Moods.first: enum Mood has no number 3",
                "moods     | 4  | -1         | Moods.first: enum Mood has no number 4294967295",
                "moods     | 24 | 7          | Moods.all: enum Mood has no number 7",
                "tree      | 24 | 2          | Tree.point: count of a record is 2, not 1",
                "tree      | 20 | 0          | Tree.point: begins at 0, but what is in front of it ends at 192",
                "lists     | 128 | 0x010201  | Lists.flags: a bool is 0 or 1, not 2",
                "tensors   | 8  | 9          | Tensors.picture: rank is 9",
                "tensors   | 8  | 2          | Tensors.picture: rank is 3",
                "tensors   | 40 | 0x030b         | 'Tensors.picture: element type 11; known are 1 to 10'",
                "tensors   | 42 | 2          | Tensors.picture: flags is 2",
                "tensors   | 44 | 1          | Tensors.picture: the lease of a tensor in the message is 1",
                "tensors   | 52 | 1          | Tensors.picture: dimension 0 is 4294967297",
                "tensors   | 48 | 2          | Tensors.picture: data bytes is 6",
                "tensors   | 72 | 129        | Tensors.picture: begins at 129; it must be a multiple of 64",
                "tensors   | 72 | 64         | 'Tensors.picture: begins at 64, but what is in front of it ends at 88'",
                "tensors   | 72 | 384        | 'Tensors.picture: a part of 6 bytes at 384 is not in the message, which has 386'",
                "shared    | 76 | 8          | Shared.there: lease 8 does not cover 8 bytes at 64",
                "shared    | 88 | 256        | Shared.there: lease 7 does not cover 8 bytes at 256",
                "shared    | 92 | -1         | Shared.there: lease 7 does not cover 8 bytes at -4294967232",
                "callbacks | 4  | 4          | 'Callbacks.judge: callback 4 is unknown: callbacks come in a call''s parameters'",
                "optionals | 0  | 24         | 'Optionals.a3: its presence bit is set, its slot lies behind the record''s fixed part'",
            })
    void aDamagedWordIsNamed(String name, int at, String word, String wanted) {
        Record value = Golden.value(name);
        for (RecordCodecs codecs : codecs(RecordSchemas.of(value.getClass()))) {
            RecordCodec<? extends Record> codec = codecs.of(value.getClass().getSimpleName(), value.getClass());
            byte[] golden = HexFormat.of().parseHex(Golden.file(name + ".hex").replace("\n", ""));
            MemorySegment message = MemorySegment.ofArray(golden);
            message.set(MessageLayout.INT, at, Long.decode(word).intValue());
            MessageReader reader = new MessageReader(Golden.REFERENCES).over(message);
            BrokenMessageException refused = assertThrows(BrokenMessageException.class, () -> codec.decode(reader));
            assertEquals(wanted, refused.getMessage());
            assertEquals(wanted.substring(0, wanted.indexOf(':')), refused.where());
        }
    }

    @Test
    void aKeyComesOnce() {
        RecordCodec<@Nullable Object[]> codec = parameter(new Type.MapOf(Type.Scalar.I8), map());
        byte[] message = HexFormat.of()
                .parseHex("10000000" + "10000000" + "02000000" + "00000000" + "24000000" + "01000000" + "25000000"
                        + "01000000" + "0102" + "0000" + "6b6b");
        MessageReader reader = new MessageReader(MessageReferences.NONE).over(MemorySegment.ofArray(message));
        assertEquals(
                "Item.value: key 1 comes twice",
                assertThrows(BrokenMessageException.class, () -> codec.decode(reader))
                        .getMessage());
    }

    @Test
    void aTensorIsOfItsElementType() {
        RecordCodec<@Nullable Object[]> any = parameter(new Type.TensorOf(null), Tensor.class);
        RecordCodec<@Nullable Object[]> bytes = parameter(new Type.TensorOf(ElementType.U8), Tensor.class);
        MessageWriter writer = MessageWriter.over(MemorySegment.ofArray(new byte[256]), MessageReferences.NONE);
        @Nullable Object[] floats = {Golden.floats(1)};
        assertThrows(IllegalArgumentException.class, () -> bytes.encode(floats, writer));
        MessageReader reader = new MessageReader(MessageReferences.NONE).over(any.encode(floats, writer));
        assertEquals(
                "Item.value: the tensor is of F32; it must be of U8",
                assertThrows(BrokenMessageException.class, () -> bytes.decode(reader))
                        .getMessage());
    }

    @Test
    void recordsWithoutEndAreRefused() {
        record Chain(@Nullable Chain next) {}
        byte[] message = new byte[24 * 40];
        for (int i = 0; i < 40; i++) {
            MemorySegment link = MemorySegment.ofArray(message).asSlice(24L * i);
            link.set(MessageLayout.INT, 0, 24);
            link.set(MessageLayout.INT, 4, 1);
            link.set(MessageLayout.INT, 8, i < 39 ? 24 * (i + 1) : 0);
            link.set(MessageLayout.INT, 12, 1);
        }
        for (RecordCodecs codecs : codecs(RecordSchemas.of(Chain.class))) {
            MessageReader reader = new MessageReader(MessageReferences.NONE).over(MemorySegment.ofArray(message));
            BrokenMessageException refused = assertThrows(
                    BrokenMessageException.class,
                    () -> codecs.of("Chain", Chain.class).decode(reader));
            assertEquals("Chain: records lie deeper than 32 in each other", refused.getMessage());
        }
    }

    @Test
    void aClassThatDoesNotFitIsRefused() {
        record Wrong(String flag) {}
        Map<String, Definition> schema = RecordSchemas.of(Golden.Scalars.class, Golden.Nothing.class);
        for (RecordCodecs codecs : codecs(schema)) {
            assertThrows(IllegalArgumentException.class, () -> codecs.of("Scalars", Wrong.class));
            assertThrows(IllegalArgumentException.class, () -> codecs.of("Missing", Wrong.class));
            List<Field> optional = List.of(new Field(1, Type.Scalar.I8, "a", true));
            Definition.RecordOf item = new Definition.RecordOf("Item", optional);
            assertThrows(IllegalArgumentException.class, () -> codecs.parameters(item, List.of(byte.class)));
            assertThrows(IllegalArgumentException.class, () -> codecs.parameters(item, List.of(Integer.class)));
            assertThrows(IllegalArgumentException.class, () -> codecs.parameters(item, List.of()));
        }
    }

    private static List<RecordCodecs> codecs(Map<String, Definition> schema) {
        return Stream.of(new ReferenceCodecs(schema), new GeneratedCodecs(schema))
                .toList();
    }

    private static RecordCodec<@Nullable Object[]> parameter(Type type, java.lang.reflect.Type held) {
        Definition.RecordOf item = new Definition.RecordOf("Item", List.of(new Field(1, type, "value", false)));
        return new GeneratedCodecs(Map.of()).parameters(item, List.of(held));
    }

    private static java.lang.reflect.Type map() {
        record Holder(Map<String, Byte> map) {}
        return Holder.class.getRecordComponents()[0].getGenericType();
    }
}
