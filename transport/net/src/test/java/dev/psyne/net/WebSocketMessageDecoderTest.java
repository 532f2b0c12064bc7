package dev.psyne.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.memory.ByteBudget;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WebSocketMessageDecoderTest {
    private static final int MAX_BYTES = 200_000;

    /** Writes down what the decoder says; every second message, as they come, is taken at once. */
    private static final class Transcript implements WebSocketMessageDecoder.Events {
        final List<byte[]> messages = new ArrayList<>();
        final List<String> notes = new ArrayList<>();
        final ByteArrayOutputStream parts = new ByteArrayOutputStream();
        boolean wantsParts;
        int asked;

        @Override
        public boolean wantsParts() {
            return wantsParts;
        }

        @Override
        public void binaryPart(MemorySegment part, boolean last) {
            parts.writeBytes(part.toArray(ValueLayout.JAVA_BYTE));
            if (last) {
                messages.add(parts.toByteArray());
                parts.reset();
            }
        }

        @Override
        public boolean binaryAtOnce(MemorySegment message) {
            boolean taken = asked++ % 2 == 0;
            if (taken) {
                messages.add(message.toArray(ValueLayout.JAVA_BYTE));
            }
            return taken;
        }

        @Override
        public void binary(Payload message) {
            messages.add(message.segment().toArray(ValueLayout.JAVA_BYTE));
            message.release();
        }

        @Override
        public void text(String message, Payload memory) {
            messages.add(message.getBytes(UTF_8));
            memory.release();
        }

        @Override
        public void ping(byte[] data) {
            notes.add("ping " + data.length);
        }

        @Override
        public void peerClosed(int code) {
            notes.add("closed " + code);
        }

        @Override
        public void refused(int code, String reason) {
            notes.add("refused " + code);
        }
    }

    private final ByteBudget budget = new ByteBudget(1 << 20);
    private final Transcript transcript = new Transcript();
    private final EmbeddedChannel channel =
            new EmbeddedChannel(new WebSocketMessageDecoder(new PayloadMemory(budget), MAX_BYTES, transcript));

    @Test
    void aWholeMessageIsTakenWhereItLiesWithoutMemory() {
        ByteBudget none = new ByteBudget(0);
        EmbeddedChannel poor =
                new EmbeddedChannel(new WebSocketMessageDecoder(new PayloadMemory(none), MAX_BYTES, transcript));
        byte[] message = "whole".getBytes(UTF_8);
        poor.writeInbound(Unpooled.copiedBuffer(RawClient.encodeFrame(0x82, message)));
        assertArrayEquals(message, transcript.messages.getFirst());
        assertTrue(transcript.notes.isEmpty(), transcript.notes::toString);
        poor.writeInbound(Unpooled.copiedBuffer(RawClient.encodeFrame(0x82, message)));
        assertEquals(List.of("refused 1013"), transcript.notes, "the second is to be kept, and there is no room");
    }

    private void feed(byte[] bytes, Random random) {
        for (int from = 0; from < bytes.length; ) {
            int length = Math.min(bytes.length - from, 1 + random.nextInt(random.nextBoolean() ? 8 : 5_000));
            channel.writeInbound(Unpooled.copiedBuffer(bytes, from, length));
            from += length;
        }
    }

    @Test
    void everyFragmentationAndEverySplitGivesTheSameMessages() {
        Random random = new Random(42);
        List<byte[]> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            byte[] message = new byte[random.nextInt(4) == 0 ? random.nextInt(MAX_BYTES) : random.nextInt(300)];
            random.nextBytes(message);
            expected.add(message);
            feed(fragments(message, random), random);
        }
        assertEquals(expected.size(), transcript.messages.size());
        assertEquals(expected.size(), transcript.asked, "each is offered once");
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), transcript.messages.get(i));
        }
        assertTrue(transcript.notes.stream().allMatch(note -> note.startsWith("ping")), transcript.notes::toString);
        assertEquals(0, budget.used());
    }

    @Test
    void partsGiveTheSameMessagesWithoutMemory() {
        Random random = new Random(7);
        List<byte[]> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            byte[] message = new byte[random.nextInt(4) == 0 ? random.nextInt(MAX_BYTES) : random.nextInt(3)];
            random.nextBytes(message);
            expected.add(message);
            transcript.wantsParts = random.nextInt(5) > 0;
            feed(fragments(message, random), random);
            assertTrue(transcript.parts.size() == 0, "the last part has come");
        }
        assertEquals(expected.size(), transcript.messages.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), transcript.messages.get(i));
        }
        assertEquals(0, budget.used());
    }

    @Test
    void aMessageInPartsIsBoundedAsAWhole() {
        transcript.wantsParts = true;
        feed(RawClient.encodeFrame(0x02, new byte[MAX_BYTES - 10]), new Random(1));
        feed(RawClient.encodeFrame(0x80, new byte[11]), new Random(1));
        assertEquals(List.of("refused 1009"), transcript.notes);
        assertTrue(transcript.messages.isEmpty());
        feed(RawClient.encodeFrame(0x82, new byte[11]), new Random(1));
        assertTrue(transcript.messages.isEmpty(), "nothing is read after that");
    }

    @Test
    void aBeginningWithinAMessageInPartsIsRefused() {
        transcript.wantsParts = true;
        feed(RawClient.encodeFrame(0x02, new byte[10]), new Random(1));
        feed(RawClient.encodeFrame(0x82, new byte[10]), new Random(1));
        assertEquals(List.of("refused 1002"), transcript.notes);
    }

    private static byte[] fragments(byte[] message, Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int opcode = 2;
        int from = 0;
        while (random.nextInt(3) > 0) {
            int length = random.nextInt(message.length - from + 1);
            out.writeBytes(RawClient.encodeFrame(opcode, part(message, from, length)));
            out.writeBytes(RawClient.encodeFrame(0x89, new byte[random.nextInt(126)]));
            from += length;
            opcode = 0;
        }
        out.writeBytes(RawClient.encodeFrame(0x80 | opcode, part(message, from, message.length - from)));
        return out.toByteArray();
    }

    private static byte[] part(byte[] message, int from, int length) {
        byte[] part = new byte[length];
        System.arraycopy(message, from, part, 0, length);
        return part;
    }

    @Test
    void aMessageInFragmentsIsBoundedAsAWhole() {
        feed(RawClient.encodeFrame(0x02, new byte[MAX_BYTES - 10]), new Random(1));
        feed(RawClient.encodeFrame(0x80, new byte[11]), new Random(1));
        assertEquals(List.of("refused 1009"), transcript.notes);
        assertEquals(0, budget.used());
    }

    @Test
    void nothingIsReadAfterAClose() {
        feed(RawClient.encodeFrame(0x88, new byte[0]), new Random(1));
        feed(RawClient.encodeFrame(0x82, new byte[10]), new Random(1));
        assertEquals(List.of("closed 1005"), transcript.notes);
        assertTrue(transcript.messages.isEmpty());
    }

    @Test
    void aHalfReadMessageGoesWithItsConnection() {
        feed(part(RawClient.encodeFrame(0x82, new byte[100_000]), 0, 50_000), new Random(1));
        assertEquals(100_000, budget.used());
        var _ = channel.close();
        assertEquals(0, budget.used());
    }

    @Test
    void noMutationBreaksTheDecoderOrKeepsMemory() {
        Random random = new Random(99);
        for (int i = 0; i < 3_000; i++) {
            byte[] bytes = fragments(new byte[random.nextInt(400)], random);
            for (int change = random.nextInt(5); change >= 0; change--) {
                bytes[random.nextInt(Math.min(bytes.length, 20))] = (byte) random.nextInt(256);
            }
            Transcript events = new Transcript();
            events.wantsParts = i % 2 == 0;
            EmbeddedChannel victim =
                    new EmbeddedChannel(new WebSocketMessageDecoder(new PayloadMemory(budget), MAX_BYTES, events));
            victim.writeInbound(Unpooled.copiedBuffer(bytes));
            victim.writeInbound(Unpooled.copiedBuffer(bytes));
            assertTrue(victim.isActive());
            assertFalse(events.messages.stream().anyMatch(message -> message.length > MAX_BYTES));
            var _ = victim.close();
            assertEquals(0, budget.used());
        }
    }
}
