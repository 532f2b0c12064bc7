package dev.psyne.channel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.telemetry.Meters;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random claims, commits, aborts and polls against a plain queue. */
class RingModelTest {
    private static final int STEPS = 20_000;
    private static final int CAPACITY = 1024;

    private final Deque<byte[]> model = new ArrayDeque<>();
    private int inFlight;
    private int aborted;

    @ParameterizedTest
    @CsvSource({"ONE_TO_ONE, 1", "ONE_TO_ONE, 2", "ONE_TO_ONE, 3", "MANY_TO_ONE, 4", "MANY_TO_ONE, 5", "MANY_TO_ONE, 6"
    })
    void theRingIsAQueue(Topology topology, long seed) throws InterruptedException {
        Random random = new Random(seed);
        try (Meters meters = Meters.create();
                Channels channels = new Channels(meters)) {
            ChannelOptions options =
                    ChannelOptions.of(topology).withCapacityBytes(CAPACITY).withPolicy(Policy.FAIL);
            Sender sender = channels.sender("mem:model", options);
            Receiver receiver = channels.receiver("mem:model", options);
            int bias = 50;
            for (int step = 0; step < STEPS; step++) {
                bias = step % 1000 == 0 ? 20 + random.nextInt(60) : bias;
                if (random.nextInt(100) < bias) {
                    send(sender, receiver, random);
                } else {
                    poll(receiver, 1 + random.nextInt(4));
                }
            }
            poll(receiver, Integer.MAX_VALUE);
            assertTrue(model.isEmpty());
        }
    }

    private static int recordBytes(int messageBytes) {
        return 8 + (messageBytes + 7) / 8 * 8;
    }

    private void send(Sender sender, Receiver receiver, Random random) throws InterruptedException {
        int bytes = random.nextInt(8) == 0 ? random.nextInt(sender.maxMessageBytes() + 1) : random.nextInt(40);
        byte[] message = new byte[bytes];
        random.nextBytes(message);
        try {
            Claim claim = sender.claim(bytes);
            claim.segment().copyFrom(MemorySegment.ofArray(message));
            if (random.nextInt(10) == 0) {
                claim.abort();
                aborted++;
                return;
            }
            claim.commit();
            model.add(message);
            inFlight += recordBytes(bytes);
            assertTrue(inFlight <= CAPACITY);
        } catch (ChannelFullException full) {
            // What was aborted among many senders takes room until a receiver passes over it.
            assertFalse(model.isEmpty() && aborted == 0, "an empty ring has room for " + bytes);
        }
    }

    private void poll(Receiver receiver, int limit) {
        aborted = 0;
        int expected = Math.min(limit, model.size());
        int polled = receiver.poll(
                message -> {
                    byte[] sent = model.remove();
                    inFlight -= recordBytes(sent.length);
                    assertArrayEquals(sent, message.toArray(ValueLayout.JAVA_BYTE));
                    assertEquals(0, message.address() % 8);
                    assertTrue(message.isReadOnly());
                },
                limit);
        assertEquals(expected, polled);
    }
}
