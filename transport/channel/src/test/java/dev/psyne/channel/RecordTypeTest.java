package dev.psyne.channel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTypeTest {
    private static final ValueLayout.OfLong ID = JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble PRICE = JAVA_DOUBLE.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final StructLayout LAYOUT = MemoryLayout.structLayout(ID.withName("id"), PRICE.withName("price"))
            .withName("quote");
    private static final VarHandle PRICE_HANDLE = LAYOUT.varHandle(PathElement.groupElement("price"));
    private static final RecordType QUOTE = RecordType.of(LAYOUT);

    private static MemorySegment message(Arena arena) {
        MemorySegment message = arena.allocate(QUOTE.bytes(), 8);
        MemorySegment quote = QUOTE.write(message);
        quote.set(ID, 0, 7);
        PRICE_HANDLE.set(quote, 0L, 1.5);
        return message;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mem:quotes", "ipc:quotes"})
    void aRecordIsWrittenAndReadInPlace(String uri) throws InterruptedException {
        try (Ends ends = new Ends(uri.substring(0, 3))) {
            Sender sender = ends.sending().sender(uri, ChannelOptions.standard());
            Receiver receiver = ends.receiving().receiver(uri, ChannelOptions.standard());
            Claim claim = QUOTE.claim(sender);
            assertEquals(LAYOUT.byteSize(), claim.segment().byteSize());
            PRICE_HANDLE.set(claim.segment(), 0L, 1.5);
            claim.commit();
            assertTrue(receiver.receive(message -> {
                MemorySegment quote = RecordType.of(LAYOUT).read(message);
                assertEquals(1.5, (double) PRICE_HANDLE.get(quote, 0L));
                assertTrue(quote.isReadOnly());
            }));
        }
    }

    @Test
    void aRecordIsAlignedAsItsLayoutAsks() throws InterruptedException {
        RecordType line = RecordType.of(MemoryLayout.structLayout(ID).withByteAlignment(64));
        try (Ends ends = new Ends("mem")) {
            Sender sender = ends.sending().sender("mem:lines", ChannelOptions.standard());
            Receiver receiver = ends.receiving().receiver("mem:lines", ChannelOptions.standard());
            for (int round = 0; round < 20; round++) {
                long value = round;
                sender.offer(MemorySegment.ofArray(new byte[round]));
                Claim claim = line.claim(sender);
                claim.segment().set(ID, 0, value);
                assertEquals(0, claim.segment().address() % 64);
                claim.commit();
                assertEquals(1, receiver.poll(_ -> {}, 1));
                assertEquals(
                        1,
                        receiver.poll(
                                message ->
                                        assertEquals(value, line.read(message).get(ID, 0)),
                                1));
            }
        }
    }

    @Test
    void anotherLayoutIsRefusedByBothNames() {
        RecordType trade = RecordType.of(MemoryLayout.structLayout(ID.withName("id"), PRICE.withName("amount"))
                .withName("trade"));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = message(arena);
            MessageFormatException refused = assertThrows(MessageFormatException.class, () -> trade.read(message));
            String found = HexFormat.of().toHexDigits(QUOTE.fingerprint());
            assertTrue(refused.toString().contains(found + " of 16 bytes"), refused.toString());
            assertTrue(refused.toString().contains(trade.toString()), refused.toString());
            assertTrue(trade.toString().startsWith("trade "), trade.toString());
        }
    }

    @Test
    void whateverDiffersInALayoutDiffersInItsFingerprint() {
        List<MemoryLayout> layouts = List.of(
                LAYOUT,
                LAYOUT.withName("bid"),
                LAYOUT.withoutName(),
                LAYOUT.withByteAlignment(16),
                MemoryLayout.structLayout(PRICE.withName("price"), ID.withName("id")),
                MemoryLayout.structLayout(ID.withName("id"), ID.withName("price")),
                MemoryLayout.structLayout(
                        ID.withName("id"), PRICE.withOrder(ByteOrder.BIG_ENDIAN).withName("price")),
                MemoryLayout.structLayout(
                        ID.withName("id"), PRICE.withByteAlignment(1).withName("price")),
                MemoryLayout.unionLayout(ID.withName("id"), PRICE.withName("price")),
                MemoryLayout.structLayout(ID, MemoryLayout.paddingLayout(8)),
                MemoryLayout.structLayout(ID, MemoryLayout.sequenceLayout(8, JAVA_BYTE)),
                MemoryLayout.structLayout(ID, MemoryLayout.sequenceLayout(2, JAVA_INT)),
                MemoryLayout.sequenceLayout(2, ID),
                ValueLayout.JAVA_CHAR,
                ValueLayout.JAVA_SHORT,
                ValueLayout.JAVA_BOOLEAN,
                JAVA_BYTE);
        Set<Long> fingerprints = new HashSet<>();
        layouts.forEach(layout -> fingerprints.add(RecordType.of(layout).fingerprint()));
        assertEquals(layouts.size(), fingerprints.size());
    }

    @Test
    void theBytesAreTheseForEver() {
        assertEquals("{i8<%8:2:idf8<%8:5:price}%8:5:quote", LayoutText.of(LAYOUT));
        try (Arena arena = Arena.ofConfined()) {
            byte[] golden = HexFormat.of()
                    .parseHex("50524543" + "0100" + "0000" + "44fb6d73e563fabc" + "10000000" + "18000000"
                            + "0700000000000000" + "000000000000f83f");
            assertArrayEquals(golden, message(arena).toArray(JAVA_BYTE));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, the magic is 1",
        "4, 2, the version is 2",
        "4, 0x00050001, the word at 6 is 5",
        "8, 0, the layout is record",
        "16, 17, the size of the record is 17",
        "20, 23, the place of the record is 23",
        "20, 25, the place of the record is 25",
        "20, -8, the place of the record is -8"
    })
    void aDamagedFieldIsNamed(int at, String word, String wanted) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = message(arena);
            message.set(ValueLayout.JAVA_INT_UNALIGNED, at, Long.decode(word).intValue());
            MessageFormatException refused = assertThrows(MessageFormatException.class, () -> QUOTE.read(message));
            assertTrue(refused.toString().contains(wanted), refused.toString());
            for (int bytes = 0; bytes < message.byteSize(); bytes++) {
                MemorySegment cut = message(arena).asSlice(0, bytes);
                assertThrows(MessageFormatException.class, () -> QUOTE.read(cut));
            }
        }
    }

    @Test
    void whatNoRecordCanBeIsRefused() {
        StructLayout pointing = MemoryLayout.structLayout(ValueLayout.ADDRESS);
        assertThrows(IllegalArgumentException.class, () -> RecordType.of(pointing));
        assertThrows(IllegalArgumentException.class, () -> RecordType.of(LAYOUT.withByteAlignment(128)));
        MemoryLayout huge = MemoryLayout.sequenceLayout(Integer.MAX_VALUE, JAVA_LONG);
        assertThrows(IllegalArgumentException.class, () -> RecordType.of(huge));
    }
}
