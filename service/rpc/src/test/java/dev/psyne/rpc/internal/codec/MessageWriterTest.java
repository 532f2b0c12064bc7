package dev.psyne.rpc.internal.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.memory.Region;
import dev.psyne.memory.RegionAllocator;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessageWriterTest {
    private static final int LIMIT = 100_000;

    record Note(String text) {}

    record Chain(@Nullable Chain next) {}

    record Checked(int percent) {
        Checked {
            if (percent > 100) {
                throw new IllegalArgumentException(percent + " is more than all");
            }
        }
    }

    private static final RecordCodec<Note> NOTES =
            new GeneratedCodecs(RecordSchemas.of(Note.class)).of("Note", Note.class);

    @Test
    void itGrowsToItsLimitAndNoFurther() {
        try (Region region = Region.anonymous(1 << 20);
                RegionAllocator allocator = RegionAllocator.over(region);
                MessageWriter writer =
                        MessageWriter.growing(MessageBlocks.of(allocator), LIMIT, MessageReferences.NONE)) {
            for (int chars : new int[] {0, 1, 1000, 1360, 1361, 1362, 2049, 8192, 30_000, LIMIT - 16, 5}) {
                Note note = new Note("x".repeat(chars));
                MemorySegment message = NOTES.encode(note, writer);
                assertEquals(16 + chars, message.byteSize());
                assertEquals(message.byteSize(), writer.size());
                assertEquals(0, message.address() % MessageLayout.MESSAGE_ALIGNMENT);
                assertEquals(note, NOTES.decode(reader(message)));
            }
            String tooLong = "x".repeat(LIMIT - 15);
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> NOTES.encode(new Note(tooLong), writer));
            assertTrue(String.valueOf(refused.getMessage())
                    .startsWith("Note.text: with it the message has more than 100000"));
            assertEquals(new Note("again"), NOTES.decode(reader(NOTES.encode(new Note("again"), writer))));
        }
    }

    @Test
    void memoryOfTheCallersIsFilledToItsEnd() {
        MemorySegment memory = MemorySegment.ofArray(new byte[40]);
        MessageWriter writer = MessageWriter.over(memory.asSlice(0, 32), MessageReferences.NONE);
        assertEquals(32, NOTES.encode(new Note("0123456789abcdef"), writer).byteSize());
        assertThrows(IllegalArgumentException.class, () -> NOTES.encode(new Note("0123456789abcdefg"), writer));
        assertThrows(IllegalArgumentException.class, () -> NOTES.encode(new Note("0123456789abcde€"), writer));
        assertEquals(0, memory.asSlice(32).mismatch(MemorySegment.ofArray(new byte[8])) + 1);
    }

    @Test
    void textOfAnyCharsIsWhatItWas() {
        MessageWriter writer = MessageWriter.over(MemorySegment.ofArray(new byte[40_000]), MessageReferences.NONE);
        Random random = new Random(5);
        int[] bounds = {0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x10ffff};
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(40); length > 0; length--) {
                text.appendCodePoint(
                        random.nextInt(4) > 0 ? random.nextInt(128) : bounds[random.nextInt(bounds.length)]);
            }
            Note note = new Note(text.toString().repeat(random.nextInt(50) == 0 ? 80 : 1));
            assertEquals(note, NOTES.decode(reader(NOTES.encode(note, writer))));
        }
        assertEquals(new Note("a?b€"), NOTES.decode(reader(NOTES.encode(new Note("a\ud800b€"), writer))));
    }

    @Test
    void recordsLieNoDeeperThanAReaderGoes() {
        RecordCodec<Chain> codec = new GeneratedCodecs(RecordSchemas.of(Chain.class)).of("Chain", Chain.class);
        MessageWriter writer = MessageWriter.over(MemorySegment.ofArray(new byte[4000]), MessageReferences.NONE);
        Chain chain = new Chain(null);
        for (int depth = 1; depth < MessageLayout.MAX_DEPTH; depth++) {
            chain = new Chain(chain);
        }
        assertEquals(chain, codec.decode(reader(codec.encode(chain, writer))));
        Chain deeper = new Chain(chain);
        assertThrows(IllegalArgumentException.class, () -> codec.encode(deeper, writer));
    }

    @Test
    void aTensorIsReadInPlaceAndAligned() {
        try (Region region = Region.anonymous(1 << 20);
                RegionAllocator allocator = RegionAllocator.over(region);
                MessageWriter writer =
                        MessageWriter.growing(MessageBlocks.of(allocator), 1 << 19, MessageReferences.NONE)) {
            RecordCodec<Golden.Tensors> codec =
                    new GeneratedCodecs(RecordSchemas.of(Golden.Tensors.class)).of("Tensors", Golden.Tensors.class);
            Tensor large = Tensor.of(MemorySegment.ofArray(new byte[100_000]), ElementType.I8, Shape.of(100_000));
            MemorySegment message =
                    codec.encode(new Golden.Tensors(large, large, large, List.of(large), (byte) 1), writer);
            Golden.Tensors read = codec.decode(reader(message));
            assertEquals(0, read.picture().segment().address() % Tensor.ALIGNMENT_BYTES);
            assertEquals(0, read.more().getFirst().segment().address() % Tensor.ALIGNMENT_BYTES);
            message.set(MessageLayout.BYTE, read.scalar().segment().address() - message.address() + 7, (byte) 3);
            assertEquals(3, read.scalar().getFloat(7));
            assertTrue(read.picture().segment().isReadOnly());
        }
    }

    @Test
    void whatARecordRefusesIsBroken() {
        for (RecordCodecs codecs : List.of(
                new ReferenceCodecs(RecordSchemas.of(Checked.class)),
                new GeneratedCodecs(RecordSchemas.of(Checked.class)))) {
            RecordCodec<Checked> codec = codecs.of("Checked", Checked.class);
            MessageWriter writer = MessageWriter.over(MemorySegment.ofArray(new byte[64]), MessageReferences.NONE);
            MemorySegment message = codec.encode(new Checked(100), writer);
            message.set(MessageLayout.INT, 4, 101);
            String refused = assertThrows(
                            dev.psyne.rpc.BrokenMessageException.class, () -> codec.decode(reader(message)))
                    .getMessage();
            assertTrue(String.valueOf(refused).endsWith("101 is more than all"), refused);
        }
    }

    private static MessageReader reader(MemorySegment message) {
        return new MessageReader(MessageReferences.NONE).over(message);
    }
}
