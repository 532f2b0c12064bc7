package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;

/** Any bytes are refused with a reason, or are values that are written and read again as they are. */
class MessagePackFuzzTest {
    private static final MessagePackLimits LENIENT =
            MessagePackLimits.lenient(MessagePackLimits.MAX_DEPTH, 1 << 16, 256);
    private static final int LIMIT_BYTES = 1 << 24;

    @FuzzTest(maxDuration = "60s")
    void bytesAreRefusedOrWrittenAgain(byte[] input) {
        MemorySegment frame = MemorySegment.ofArray(input);
        strict(frame);
        MessagePackReader reader = new MessagePackReader(frame, LENIENT);
        try {
            while (!reader.atEnd()) {
                byte[] once = written(reader.read());
                byte[] twice = written(new MessagePackReader(MemorySegment.ofArray(once), LENIENT).read());
                assertArrayEquals(once, twice);
            }
            assertEquals(input.length, reader.position());
        } catch (BrokenFrameException e) {
            assertTrue(e.reason().length() <= 120 && reader.position() <= input.length, e.reason());
        }
    }

    private static void strict(MemorySegment frame) {
        try {
            byte[] once = written(MessagePackReader.readMap(frame));
            assertArrayEquals(once, written(MessagePackReader.readMap(MemorySegment.ofArray(once))));
        } catch (BrokenFrameException e) {
            assertEquals(BrokenFrameException.PROTOCOL_ERROR, e.closeCode());
        }
    }

    private static byte[] written(Object value) {
        return new MessagePackWriter(LIMIT_BYTES, MessagePackLimits.MAX_DEPTH)
                .value(value)
                .toFrame();
    }
}
