package dev.psyne.hypha.internal.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.psyne.hypha.internal.wire.Frame;
import dev.psyne.rpc.BrokenFrameException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Any bytes are refused with a reason, or go on with the router's own entries and the second object untouched. */
class EnvelopeFuzzTest {
    /** {@code from: "w/c"} and {@code ws: "w"}, {@code user: {}} as the router writes them. */
    private static final byte[] SENDER = {
        (byte) 0xa2,
        'w',
        's',
        (byte) 0xa1,
        'w',
        (byte) 0xa4,
        'f',
        'r',
        'o',
        'm',
        (byte) 0xa3,
        'w',
        '/',
        'c',
        (byte) 0xa4,
        'u',
        's',
        'e',
        'r',
        (byte) 0x80
    };

    private static final byte[] RECEIVER = {(byte) 0xa2, 't', 'o', (byte) 0xa3, 'w', '/', 'd'};

    @FuzzTest(maxDuration = "60s")
    void bytesAreRefusedOrAddressed(byte[] input) {
        byte[] addressed;
        try {
            Envelope envelope = Envelope.scan(MemorySegment.ofArray(input));
            assertTrue(envelope.to().length() < input.length);
            envelope.session();
            envelope.type();
            envelope.lane();
            addressed = envelope.addressed(SENDER, RECEIVER).toArray();
        } catch (BrokenFrameException refused) {
            return;
        }
        Frame frame;
        try {
            frame = Frame.read(addressed);
        } catch (BrokenFrameException stricter) {
            return;
        }
        assertEquals("w/c", frame.from());
        assertEquals("w/d", frame.to());
        assertEquals("w", frame.text("ws"));
        byte[] extra = frame.extra().toArray(ValueLayout.JAVA_BYTE);
        assertEquals(
                -1,
                MemorySegment.ofArray(extra)
                        .mismatch(MemorySegment.ofArray(input).asSlice(input.length - extra.length)));
    }
}
