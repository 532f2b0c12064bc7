package dev.psyne.rpc.internal.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.internal.schema.Definition;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files in {@code codec/} are what both codecs write and read, for ever. */
class CodecGoldenTest {
    private static final int MESSAGE_BYTES = 8192;
    private static final int DAMAGES = 1_000;

    static Stream<String> names() {
        return Golden.values().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void bothCodecsWriteAndReadTheGoldenBytes(String name) {
        Record value = Golden.value(name);
        String golden = Golden.file(name + ".hex").replace("\n", "");
        for (RecordCodec<Record> codec : codecs(value)) {
            MemorySegment dirty = MemorySegment.ofArray(new byte[MESSAGE_BYTES]).fill((byte) 0x5a);
            MemorySegment message = codec.encode(value, MessageWriter.over(dirty, Golden.REFERENCES));
            assertEquals(golden, HexFormat.of().formatHex(message.toArray(ValueLayout.JAVA_BYTE)));
            assertTrue(Same.are(value, codec.decode(reader(message))));
        }
        assertEquals(Golden.file(name + ".json"), GoldenJson.of(value));
        assertEquals(Golden.file(name + ".schema"), new CanonicalText(schema(value)).toString());
    }

    @ParameterizedTest
    @MethodSource("names")
    void aMessageThatEndsEarlierIsRefused(String name) {
        Record value = Golden.value(name);
        byte[] golden = HexFormat.of().parseHex(Golden.file(name + ".hex").replace("\n", ""));
        for (RecordCodec<Record> codec : codecs(value)) {
            for (int bytes = 0; bytes < golden.length; bytes++) {
                MessageReader cut = reader(MemorySegment.ofArray(golden).asSlice(0, bytes));
                assertThrows(BrokenMessageException.class, () -> codec.decode(cut));
            }
        }
    }

    /** A damaged message is refused, by both with the same words, or is another value that is written and read again. */
    @ParameterizedTest
    @MethodSource("names")
    void aDamagedMessageIsRefusedOrAnotherValue(String name) {
        Record value = Golden.value(name);
        byte[] golden = HexFormat.of().parseHex(Golden.file(name + ".hex").replace("\n", ""));
        List<RecordCodec<Record>> codecs = codecs(value);
        Random random = new Random(name.hashCode());
        for (int damage = 0; damage < DAMAGES; damage++) {
            byte[] damaged = golden.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                damaged[random.nextInt(damaged.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(9));
            }
            String first = outcome(codecs.getFirst(), damaged);
            assertEquals(first, outcome(codecs.getLast(), damaged));
        }
    }

    private static String outcome(RecordCodec<Record> codec, byte[] message) {
        Record read;
        try {
            read = codec.decode(reader(MemorySegment.ofArray(message)));
        } catch (BrokenMessageException refused) {
            return String.valueOf(refused.getMessage());
        }
        MessageWriter writer = MessageWriter.over(MemorySegment.ofArray(new byte[MESSAGE_BYTES]), Golden.REFERENCES);
        MemorySegment written = codec.encode(read, writer);
        assertTrue(Same.are(read, codec.decode(reader(written))));
        return HexFormat.of().formatHex(written.toArray(ValueLayout.JAVA_BYTE));
    }

    private static MessageReader reader(MemorySegment message) {
        return new MessageReader(Golden.REFERENCES).over(message);
    }

    private static Map<String, Definition> schema(Record value) {
        return RecordSchemas.of(value.getClass());
    }

    @SuppressWarnings("unchecked")
    private static List<RecordCodec<Record>> codecs(Record value) {
        String name = value.getClass().getSimpleName();
        return Stream.of(new ReferenceCodecs(schema(value)), new GeneratedCodecs(schema(value)))
                .map(codecs -> (RecordCodec<Record>) (RecordCodec<?>) codecs.of(name, value.getClass()))
                .toList();
    }
}
