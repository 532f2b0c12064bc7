package dev.psyne.rpc.internal.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.psyne.rpc.BrokenFrameException;
import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Field;
import dev.psyne.rpc.internal.schema.Type;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Any bytes are refused with record and field, by both codecs alike, or are a value that is written and read again. */
class CodecFuzzTest {
    private static final int MESSAGE_BYTES = 1 << 20;
    private static final MessagePackLimits LIMITS = MessagePackLimits.lenient(64, 4096, 64);
    private static final Type TEXT = new Type.Text();
    private static final Type KIND = new Type.Named("Kind");

    enum Kind {
        first,
        second
    }

    record Node(
            String name,
            @Nullable Node next,
            List<Node> children,
            @Nullable Integer number) {}

    record Numbers(
            boolean flag,
            byte tiny,
            double twice,
            @Nullable Long large,
            float[] array,
            boolean[] flags,
            List<Kind> kinds) {}

    record Parts(
            Tensor tensor,
            @Nullable Tensor bytes,
            MemorySegment raw,
            Map<String, String> texts,
            List<short[]> nested) {}

    private static final Map<String, Definition> SCHEMA = Map.of(
            "Kind",
            new Definition.EnumOf(
                    "Kind", List.of(new Definition.Constant(0, "first"), new Definition.Constant(9, "second"))),
            "Node",
            definition(
                    Node.class, TEXT, new Type.Named("Node"), new Type.ListOf(new Type.Named("Node")), Type.Scalar.I32),
            "Numbers",
            definition(
                    Numbers.class,
                    Type.Scalar.BOOL,
                    Type.Scalar.I8,
                    Type.Scalar.F64,
                    Type.Scalar.I64,
                    new Type.ListOf(Type.Scalar.F32),
                    new Type.ListOf(Type.Scalar.BOOL),
                    new Type.ListOf(KIND)),
            "Parts",
            definition(
                    Parts.class,
                    new Type.TensorOf(null),
                    new Type.TensorOf(ElementType.U8),
                    new Type.Bytes(),
                    new Type.MapOf(TEXT),
                    new Type.ListOf(new Type.ListOf(Type.Scalar.I16))));

    private static final RecordCodecs REFERENCE = new ReferenceCodecs(SCHEMA);
    private static final RecordCodecs GENERATED = new GeneratedCodecs(SCHEMA);

    private final MemorySegment memory = MemorySegment.ofArray(new byte[MESSAGE_BYTES]);
    private final MessageReader reader = new MessageReader(MessageReferences.NONE);

    private static Definition definition(Class<?> type, Type... types) {
        List<Field> fields = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            fields.add(new Field(fields.size() + 1, types[fields.size()], component.getName(), optional));
        }
        return new Definition.RecordOf(type.getSimpleName(), fields);
    }

    /** The first byte chooses the record; what follows is the message. */
    @FuzzTest(maxDuration = "60s")
    void bytesAreRefusedOrWrittenAgain(byte[] input) {
        int choice = input.length == 0 ? 0 : input[0] % 4;
        MemorySegment message = MemorySegment.ofArray(input).asSlice(Math.min(input.length, 1));
        switch (choice) {
            case 0 -> agree("Node", Node.class, message);
            case 1 -> agree("Numbers", Numbers.class, message);
            case 2 -> agree("Parts", Parts.class, message);
            default -> named(message);
        }
    }

    private <T extends Record> void agree(String name, Class<T> type, MemorySegment message) {
        byte[] one = outcome(REFERENCE.of(name, type), message);
        byte[] other = outcome(GENERATED.of(name, type), message);
        assertArrayEquals(one, other);
    }

    /** The words of the refusal, or the bytes of the value. */
    private <T> byte[] outcome(RecordCodec<T> codec, MemorySegment message) {
        T value;
        try {
            value = codec.decode(reader.over(message));
        } catch (BrokenMessageException refused) {
            assertTrue(String.valueOf(refused.getMessage()).startsWith(refused.where() + ": "));
            return refused.getMessage().getBytes(StandardCharsets.UTF_8);
        }
        byte[] once = written(codec, value);
        assertTrue(once.length <= 65 * message.byteSize(), "a message grew to " + once.length);
        byte[] twice = written(codec, codec.decode(reader.over(MemorySegment.ofArray(once))));
        assertArrayEquals(once, twice);
        return once;
    }

    private <T> byte[] written(RecordCodec<T> codec, T value) {
        return codec.encode(value, MessageWriter.over(memory, MessageReferences.NONE))
                .toArray(ValueLayout.JAVA_BYTE);
    }

    private static void named(MemorySegment frame) {
        NamedCodec<Parts> codec = NamedCodec.of(REFERENCE.of("Parts", Parts.class), MessageReferences.NONE);
        try {
            Parts value = codec.decode(frame, LIMITS);
            byte[] once = codec.encode(value, MESSAGE_BYTES, LIMITS);
            Parts again = codec.decode(MemorySegment.ofArray(once), LIMITS);
            assertArrayEquals(once, codec.encode(again, MESSAGE_BYTES, LIMITS));
        } catch (BrokenMessageException refused) {
            assertTrue(String.valueOf(refused.getMessage()).startsWith(refused.where() + ": "));
        } catch (BrokenFrameException refused) {
            assertEquals(1002, refused.closeCode());
        }
    }
}
