package dev.psyne.hypha.internal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.psyne.hypha.HyphaMethod;
import dev.psyne.hypha.RemoteMethod;
import dev.psyne.hypha.RemoteStream;
import dev.psyne.rpc.BrokenFrameException;
import java.util.Iterator;
import java.util.Map;

/** Any bytes are refused with a reason, or are a frame whose values are decoded, or refused, one by one. */
class FrameFuzzTest {
    private static final int LIMIT_BYTES = 1 << 24;

    private static final ValueDecoder DECODER = new ValueDecoder(new RemoteObjects() {
        @Override
        public RemoteMethod method(Map<String, Object> encoded) {
            throw new IllegalArgumentException("nobody has it");
        }

        @Override
        public RemoteStream generator(Map<String, Object> encoded) {
            throw new IllegalArgumentException("nobody has it");
        }
    });
    private static final ValueEncoder ENCODER = new ValueEncoder(new LocalObjects() {
        @Override
        public Map<String, Object> method(HyphaMethod method) {
            throw new IllegalStateException("no method comes from bytes");
        }

        @Override
        public Map<String, Object> generator(Iterator<?> elements, Object source) {
            throw new IllegalStateException("no generator comes from bytes");
        }

        @Override
        public Map<String, Object> face(Map<String, Object> object) {
            throw new IllegalStateException("no interface comes from bytes");
        }
    });

    @FuzzTest(maxDuration = "60s")
    void bytesAreRefusedOrDecoded(byte[] input) {
        try {
            Frame frame = Frame.read(input);
            Frame again = Frame.read(frame.toBytes(LIMIT_BYTES));
            assertEquals(-1, frame.extra().mismatch(again.extra()));
            Extra extra = Extra.read(frame.extra());
            Object _ = DECODER.decode(extra.arguments());
            Object _ = DECODER.decode(extra.keywords());
            Object _ = ENCODER.encode(extra.arguments());
            Object _ = ENCODER.encode(extra.keywords());
        } catch (BrokenFrameException | IllegalArgumentException refused) {
            assertEquals(false, String.valueOf(refused.getMessage()).isEmpty());
        }
    }
}
