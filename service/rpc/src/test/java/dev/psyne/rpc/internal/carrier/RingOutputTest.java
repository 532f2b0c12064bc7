package dev.psyne.rpc.internal.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Channels;
import dev.psyne.channel.Receiver;
import dev.psyne.rpc.internal.wire.FrameKind;
import dev.psyne.rpc.internal.wire.FrameReader;
import dev.psyne.rpc.internal.wire.Lane;
import dev.psyne.rpc.internal.wire.MessageMemory;
import dev.psyne.rpc.internal.wire.MessagePool;
import dev.psyne.rpc.internal.wire.MessageSink;
import dev.psyne.rpc.internal.wire.OutgoingMessage;
import dev.psyne.rpc.internal.wire.ProtocolException;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import dev.psyne.rpc.internal.wire.SendQueue;
import dev.psyne.telemetry.Meters;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is sent faster than it is read. */
@Timeout(60)
class RingOutputTest {
    private static final int PIECE_BYTES = 64 << 10;
    private static final int MESSAGES = 300;
    private static final int LONG_BYTES = 100_000;

    private final Meters meters = Meters.create();
    private final Channels channels = new Channels(meters);
    private final Receiver in = channels.receiver("mem:ring", Knock.RING);
    private final SendQueue queue = new SendQueue(PIECE_BYTES);
    private final CountDownLatch gone = new CountDownLatch(1);
    private final List<Throwable> failures = new ArrayList<>();
    private final RingOutput output = new RingOutput(
            channels.sender("mem:ring", ChannelOptions.standard().withCapacityBytes(1 << 20)),
            queue,
            PIECE_BYTES,
            gone::countDown,
            failures::add);
    private final List<Integer> read = new ArrayList<>();

    @AfterEach
    void end() {
        output.end();
        channels.close();
        meters.close();
        assertEquals(List.of(), failures);
    }

    private static OutgoingMessage message(int stream, int bytes) {
        return OutgoingMessage.of(FrameKind.ITEM, 0, Lane.STREAM, stream, MemorySegment.ofArray(new byte[bytes]));
    }

    private FrameReader reader() {
        MessageSink sink = new MessageSink() {
            @Override
            public void message(ReceivedMessage message) {
                read.add(message.stream());
            }

            @Override
            public void refused(FrameKind kind, int stream, int totalBytes) {
                throw new AssertionError("there is memory");
            }
        };
        return new FrameReader(new MessageMemory(new MessagePool(), 64 << 20), sink, 1 << 20, PIECE_BYTES);
    }

    private void send(int count) {
        for (int stream = 1; stream <= count; stream++) {
            output.send(message(stream, LONG_BYTES));
        }
    }

    @Test
    void whoSendsNeverWaitsAndAllArrivesOnceItIsRead() throws InterruptedException {
        send(MESSAGES);
        assertTrue(output.waitingBytes() > (long) MESSAGES * LONG_BYTES / 2);
        FrameReader reader = reader();
        while (read.size() < MESSAGES) {
            assertTrue(in.receive(frames -> {
                try {
                    reader.read(frames);
                } catch (ProtocolException broken) {
                    throw new AssertionError(broken);
                }
            }));
        }
        assertEquals(
                IntStream.rangeClosed(1, MESSAGES).boxed().toList(),
                read.stream().sorted().toList());
        assertEquals(0, output.waitingBytes());
    }

    @Test
    void aCloseDoesNotWaitForEverForOneWhoReadsNothing() throws InterruptedException {
        send(MESSAGES);
        output.close();
        gone.await();
        output.end();
        assertEquals(0, output.waitingBytes());
    }

    @Test
    void whenTheReaderHasLeftNothingIsKept() throws InterruptedException {
        send(MESSAGES);
        in.close();
        gone.await();
        output.end();
        output.send(message(MESSAGES + 1, 8));
        assertEquals(0, output.waitingBytes());
    }

    @Test
    void aMessageThatFindsRoomLeavesAtOnce() {
        output.send(message(1, 8));
        assertEquals(1, in.poll(frames -> read.add(frames.get(ValueLayout.JAVA_INT, 4)), 2));
        assertEquals(List.of(1), read);
    }
}
