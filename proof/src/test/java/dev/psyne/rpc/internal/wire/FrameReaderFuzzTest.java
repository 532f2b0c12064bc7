package dev.psyne.rpc.internal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;

/** Any bytes, cut anywhere, are refused with a reason or make messages; nothing is taken that is not given back. */
class FrameReaderFuzzTest {
    private static final int MOST = 1 << 16;
    private static final int PIECE = 1 << 8;

    @FuzzTest(maxDuration = "60s")
    void bytesAreRefusedOrRead(byte[] input) {
        MessageMemory memory = new MessageMemory(new MessagePool(), 1 << 18);
        FrameReader reader = new FrameReader(
                memory,
                new MessageSink() {
                    @Override
                    public void message(ReceivedMessage message) {
                        assertTrue(message.payload().byteSize() <= MOST);
                    }

                    @Override
                    public void refused(FrameKind kind, int stream, int totalBytes) {
                        assertTrue(totalBytes <= MOST);
                    }
                },
                MOST,
                PIECE);
        int cut = input.length == 0 ? 0 : (input[0] & 0xFF) % (input.length + 1);
        try {
            reader.read(MemorySegment.ofArray(input).asSlice(0, cut));
            reader.read(MemorySegment.ofArray(input).asSlice(cut));
        } catch (ProtocolException refused) {
            assertTrue(!String.valueOf(refused.getMessage()).isEmpty());
        }
        reader.close();
        assertEquals(0, memory.used());
    }
}
