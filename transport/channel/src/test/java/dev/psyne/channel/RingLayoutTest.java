package dev.psyne.channel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.memory.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The bytes of a ring, as another process would find them. */
class RingLayoutTest {
    private static final int CAPACITY = 1024;
    private static final int DATA = 4096;

    private final Region region = Region.anonymous(RingLayout.regionBytes(CAPACITY), RingLayout.ALIGNMENT);
    private final MemorySegment ring = region.segment();
    private final RingWriter writer = new RingWriter(ring, CAPACITY);
    private final RingReader reader = new RingReader(ring, CAPACITY);

    @AfterEach
    void close() {
        region.close();
    }

    private void assertBytes(long at, String hex) {
        byte[] expected = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertArrayEquals(expected, ring.asSlice(at, expected.length).toArray(ValueLayout.JAVA_BYTE));
    }

    private void send(byte... message) {
        assertTrue(writer.tryClaim(message.length));
        writer.claimed().copyFrom(MemorySegment.ofArray(message));
        writer.commit();
    }

    private void skip() {
        assertNotNull(reader.next());
        reader.advance();
        reader.publish();
    }

    @Test
    void theHeaderCarriesMagicVersionAndCapacity() {
        RingLayout.writeHeader(ring, CAPACITY);
        assertArrayEquals(
                "PSYNRING".getBytes(StandardCharsets.US_ASCII),
                ring.asSlice(0, 8).toArray(ValueLayout.JAVA_BYTE));
        assertBytes(8, "01000000 00000000 0004000000000000");
        assertEquals(-1, ring.asSlice(24).mismatch(MemorySegment.ofArray(new byte[DATA - 24 + CAPACITY])));
    }

    @Test
    void aMessageIsItsLengthItsBytesAndThenTheTail() {
        send((byte) 1, (byte) 2, (byte) 3);
        assertBytes(DATA, "03000000 00000000 010203 0000000000");
        assertBytes(128, "1000000000000000");
        assertBytes(256, "0000000000000000");
        skip();
        assertBytes(256, "1000000000000000");
    }

    @Test
    void anEmptyMessageIsAHeaderAlone() {
        send();
        assertBytes(128, "0800000000000000");
        MemorySegment message = reader.next();
        assertNotNull(message);
        assertEquals(0, message.byteSize());
    }

    @Test
    void aRecordThatWouldWrapStartsAgainBehindPadding() {
        send(new byte[400]);
        send(new byte[400]);
        skip();
        skip();
        send(new byte[300]);
        assertBytes(DATA + 816, "ffffffff 00000000");
        assertBytes(DATA, "2c010000 00000000");
        assertBytes(128, "3805000000000000");
        MemorySegment message = reader.next();
        assertNotNull(message);
        assertEquals(ring.address() + DATA + 8, message.address());
        assertEquals(300, message.byteSize());
    }

    @Test
    void nothingOfAnAbortedClaimIsLeftEvenWhereItWouldHaveWrapped() {
        send(new byte[400]);
        send(new byte[400]);
        skip();
        skip();
        assertTrue(writer.tryClaim(300));
        writer.abort();
        assertBytes(DATA + 816, "00000000 00000000");
        assertBytes(128, "3003000000000000");
        assertNull(reader.next());
    }

    @Test
    void theLargestMessageFitsAnEmptyRingAtEveryPosition() {
        int largest = RingLayout.maxMessageBytes(CAPACITY);
        assertEquals(CAPACITY / 2 - 8, largest);
        for (int position = 0; position < CAPACITY; position += 8) {
            send(new byte[largest]);
            skip();
            send();
            skip();
        }
    }

    @Test
    void aLengthBeyondWhatIsPublishedIsNotTrusted() {
        for (int length : new int[] {-2, 9, 4096, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            MemorySegment other = ring.fill((byte) 0);
            RingWriter damaged = new RingWriter(other, CAPACITY);
            assertTrue(damaged.tryClaim(8));
            damaged.commit();
            other.set(ValueLayout.JAVA_INT_UNALIGNED, DATA, length);
            RingReader fresh = new RingReader(other, CAPACITY);
            IllegalStateException refused = assertThrows(IllegalStateException.class, fresh::next);
            assertTrue(refused.toString().contains(Integer.toString(length)), refused.toString());
        }
    }
}
