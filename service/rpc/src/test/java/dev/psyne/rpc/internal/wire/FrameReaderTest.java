package dev.psyne.rpc.internal.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    private static final int PIECE = 1 << 10;
    private static final int MOST = 1 << 20;

    private final MessageMemory memory = new MessageMemory(new MessagePool(), 4 << 20);
    private final List<String> seen = new ArrayList<>();
    private final List<MessageBuffer> kept = new ArrayList<>();
    private final MessageSink sink = new MessageSink() {
        @Override
        public void message(ReceivedMessage message) {
            byte[] bytes = message.payload().toArray(ValueLayout.JAVA_BYTE);
            seen.add(message.kind() + " " + message.lane() + " " + message.stream() + " "
                    + java.util.Arrays.hashCode(bytes) + "/" + bytes.length);
        }

        @Override
        public boolean wants(FrameKind kind, int stream) {
            return stream != unwanted;
        }

        @Override
        public void refused(FrameKind kind, int stream, int totalBytes) {
            seen.add("refused " + kind + " " + stream + " " + totalBytes);
        }
    };
    private int unwanted = -1;
    private final FrameReader reader = new FrameReader(memory, sink, MOST, PIECE);

    /** What a queue makes of messages, in the order in which they leave. */
    private static byte[] sent(OutgoingMessage... messages) {
        SendQueue queue = new SendQueue(PIECE);
        for (OutgoingMessage message : messages) {
            assertTrue(queue.add(message));
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        FrameBatch batch = new FrameBatch(new MessagePool());
        try {
            while (queue.take(batch)) {
                assertTrue(batch.writeTo((buffers, offset, length) -> {
                    long written = 0;
                    for (int i = offset; i < offset + length; i++) {
                        byte[] bytes = new byte[buffers[i].remaining()];
                        buffers[i].get(bytes);
                        all.writeBytes(bytes);
                        written += bytes.length;
                    }
                    return written;
                }));
            }
        } catch (java.io.IOException impossible) {
            throw new AssertionError(impossible);
        }
        assertEquals(0, queue.waitingBytes());
        return all.toByteArray();
    }

    private static OutgoingMessage message(FrameKind kind, Lane lane, int stream, int bytes) {
        byte[] payload = new byte[bytes];
        new Random(bytes).nextBytes(payload);
        return OutgoingMessage.of(kind, 0, lane, stream, MemorySegment.ofArray(payload));
    }

    private static String seenOf(FrameKind kind, Lane lane, int stream, int bytes) {
        byte[] payload = new byte[bytes];
        new Random(bytes).nextBytes(payload);
        return kind + " " + lane + " " + stream + " " + java.util.Arrays.hashCode(payload) + "/" + bytes;
    }

    @Test
    void whateverTheCutsMessagesComeWhole() throws ProtocolException {
        byte[] bytes = sent(
                message(FrameKind.END, Lane.RPC, 1, 0),
                message(FrameKind.END, Lane.RPC, 3, 100),
                message(FrameKind.ITEM, Lane.STREAM, 5, 5_000),
                message(FrameKind.ITEM, Lane.STREAM, 5, PIECE),
                message(FrameKind.END, Lane.BULK, 7, 100_000));
        Random random = new Random(1);
        List<String> first = List.of();
        for (int trial = 0; trial < 200; trial++) {
            seen.clear();
            int at = 0;
            while (at < bytes.length) {
                MemorySegment direct = reader.direct();
                int most = direct == null ? bytes.length - at : (int) Math.min(direct.byteSize(), bytes.length - at);
                int length = trial == 0 ? most : 1 + random.nextInt(Math.min(most, 1 + (2_000 << random.nextInt(4))));
                MemorySegment next = MemorySegment.ofArray(bytes).asSlice(at, length);
                if (direct != null) {
                    direct.copyFrom(next);
                    reader.advance(length);
                } else {
                    reader.read(next);
                }
                at += length;
            }
            first = trial == 0 ? List.copyOf(seen) : first;
            assertEquals(first, seen);
            assertEquals(0, memory.used());
        }
        assertEquals(5, first.size());
        assertTrue(first.contains(seenOf(FrameKind.END, Lane.BULK, 7, 100_000)), first::toString);
        assertTrue(first.indexOf(seenOf(FrameKind.ITEM, Lane.STREAM, 5, 5_000))
                < first.indexOf(seenOf(FrameKind.ITEM, Lane.STREAM, 5, PIECE)));
    }

    @Test
    void smallMessagesPassLargeOnesAndControlPassesAll() throws ProtocolException {
        reader.read(MemorySegment.ofArray(sent(
                message(FrameKind.END, Lane.BULK, 1, 200_000),
                message(FrameKind.END, Lane.BULK, 3, 10_000),
                message(FrameKind.END, Lane.RPC, 5, 64),
                message(FrameKind.PING, Lane.CONTROL, 0, 8))));
        assertEquals(
                List.of(
                        seenOf(FrameKind.PING, Lane.CONTROL, 0, 8),
                        seenOf(FrameKind.END, Lane.RPC, 5, 64),
                        seenOf(FrameKind.END, Lane.BULK, 3, 10_000),
                        seenOf(FrameKind.END, Lane.BULK, 1, 200_000)),
                seen);
    }

    @Test
    void aRecordBehindItsHeaderIsAligned() throws Exception {
        FrameReader keeping = new FrameReader(
                memory,
                new MessageSink() {
                    @Override
                    public void message(ReceivedMessage message) {
                        try {
                            kept.add(message.keep());
                        } catch (OutOfMessageMemoryException full) {
                            throw new AssertionError(full);
                        }
                    }

                    @Override
                    public void refused(FrameKind kind, int stream, int totalBytes) {}
                },
                MOST,
                PIECE);
        keeping.read(MemorySegment.ofArray(
                sent(message(FrameKind.CALL, Lane.RPC, 1, 80), message(FrameKind.CALL, Lane.RPC, 3, 8_000))));
        for (MessageBuffer buffer : kept) {
            assertEquals(0, (buffer.segment().address() + CallHeader.BYTES) % MessagePool.ALIGNMENT_BYTES);
        }
        kept.forEach(MessageBuffer::release);
        kept.getFirst().release();
        assertEquals(0, memory.used());
    }

    @Test
    void aMessageWithoutMemoryIsPassedOver() throws Exception {
        MessageBuffer all = memory.take(3 << 20, 0);
        reader.read(MemorySegment.ofArray(
                sent(message(FrameKind.CALL, Lane.BULK, 9, 500_000), message(FrameKind.PING, Lane.BULK, 0, 8))));
        assertEquals(List.of(seenOf(FrameKind.PING, Lane.BULK, 0, 8), "refused CALL 9 500000"), seen);
        all.release();
    }

    @Test
    void aMessageOfACallThatIsOverIsForgotten() throws ProtocolException {
        byte[] bytes = sent(message(FrameKind.END, Lane.RPC, 1, 5_000));
        reader.read(MemorySegment.ofArray(bytes).asSlice(0, 3_000));
        reader.forget(1);
        assertEquals(0, memory.used());
        reader.read(MemorySegment.ofArray(bytes).asSlice(3_000));
        assertEquals(List.of(), seen);
        reader.read(MemorySegment.ofArray(bytes));
        assertEquals(List.of(seenOf(FrameKind.END, Lane.RPC, 1, 5_000)), seen);
    }

    @Test
    void aMessageThatNobodyWantsTakesNoMemory() throws ProtocolException {
        unwanted = 1;
        byte[] bytes = sent(message(FrameKind.END, Lane.RPC, 1, 5_000), message(FrameKind.END, Lane.RPC, 3, 10));
        assertFalse(reader.isAssembling());
        reader.read(MemorySegment.ofArray(bytes).asSlice(0, 3_000));
        assertTrue(reader.isAssembling());
        assertEquals(0, memory.used());
        reader.read(MemorySegment.ofArray(bytes).asSlice(3_000));
        assertFalse(reader.isAssembling());
        assertEquals(List.of(seenOf(FrameKind.END, Lane.RPC, 3, 10)), seen);
    }

    @Test
    void controlFramesOfAStreamPassItsOwnLongMessage() throws ProtocolException {
        byte[] item = sent(message(FrameKind.ITEM, Lane.STREAM, 5, 5_000));
        reader.read(MemorySegment.ofArray(item).asSlice(0, 2 * (PIECE + 16)));
        reader.read(MemorySegment.ofArray(sent(message(FrameKind.CREDIT, Lane.CONTROL, 5, 4))));
        reader.read(MemorySegment.ofArray(item).asSlice(2 * (PIECE + 16)));
        assertEquals(
                List.of(seenOf(FrameKind.CREDIT, Lane.CONTROL, 5, 4), seenOf(FrameKind.ITEM, Lane.STREAM, 5, 5_000)),
                seen);
    }

    @Test
    void aBrokenFrameIsNamed() {
        assertBroken("unknown kind of frame 0", frame(0, 0, 0, 0, 1, 0, 0));
        assertBroken("unknown kind of frame 99", frame(99, 0, 0, 0, 1, 0, 0));
        assertBroken("an ITEM frame has the flags 1", frame(3, 1, 0, 0, 1, 0, 0));
        assertBroken("lane 4", frame(3, 0, 4, 0, 1, 0, 0));
        assertBroken("lane", frame(3, 0, 0, 1, 1, 0, 0));
        assertBroken("with 1025 bytes", frame(3, 0, 0, 0, 1, PIECE + 1, PIECE + 1));
        assertBroken("a message of 1048577 bytes", frame(3, 0, 0, 0, 1, PIECE, MOST + 1));
        assertBroken("a message of 10 bytes with a piece of 11", frame(3, 0, 0, 0, 1, 11, 10));
        assertBroken("stream 4294967295", frame(3, 0, 0, 0, -1, 0, 0));
        assertBroken("a piece of 5 bytes that is not the last", frame(3, 0, 0, 0, 1, 5, 10), new byte[5]);
        assertBroken(
                "begins another message",
                frame(3, 0, 0, 0, 1, PIECE, 2 * PIECE),
                new byte[PIECE],
                frame(4, 0, 0, 0, 1, PIECE, 2 * PIECE));
    }

    private void assertBroken(String rule, byte[]... parts) {
        FrameReader fresh = new FrameReader(memory, sink, MOST, PIECE);
        ProtocolException broken = assertThrows(ProtocolException.class, () -> {
            for (byte[] part : parts) {
                fresh.read(MemorySegment.ofArray(part));
            }
        });
        assertTrue(String.valueOf(broken.getMessage()).contains(rule.replace("an ITEM", "ITEM")), broken.getMessage());
        fresh.close();
        assertEquals(0, memory.used());
    }

    private static byte[] frame(int kind, int flags, int lane, int zero, int stream, int length, int total) {
        return ByteBuffer.allocate(16)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .put((byte) kind)
                .put((byte) flags)
                .put((byte) lane)
                .put((byte) zero)
                .putInt(stream)
                .putInt(length)
                .putInt(total)
                .array();
    }

    @Test
    void theBytesAreThoseOfThePage() {
        assertArrayEquals(
                new byte[] {6, 0, 0, 0, 7, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4},
                sent(OutgoingMessage.of(
                        FrameKind.CREDIT, 0, Lane.CONTROL, 7, MemorySegment.ofArray(new byte[] {1, 2, 3, 4}))));
    }
}
