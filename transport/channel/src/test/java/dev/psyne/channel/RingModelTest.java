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
import org.junit.jupiter.params.provider.ValueSource;

/** Random claims, commits, aborts and polls against a plain queue. */
class RingModelTest {
    private static final int STEPS = 20_000;
    private static final int CAPACITY = 1024;

    private final Deque<byte[]> model = new ArrayDeque<>();
    private int inFlight;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theRingIsAQueue(long seed) throws InterruptedException {
        Random random = new Random(seed);
        try (Meters meters = Meters.create();
                Channels channels = new Channels(meters)) {
            Channel channel = channels.open("mem:model", new ChannelOptions(CAPACITY, Policy.FAIL));
            int bias = 50;
            for (int step = 0; step < STEPS; step++) {
                bias = step % 1000 == 0 ? 20 + random.nextInt(60) : bias;
                if (random.nextInt(100) < bias) {
                    send(channel.sender(), random);
                } else {
                    poll(channel.receiver(), 1 + random.nextInt(4));
                }
            }
            poll(channel.receiver(), Integer.MAX_VALUE);
            assertTrue(model.isEmpty());
        }
    }

    private void send(Sender sender, Random random) throws InterruptedException {
        int bytes = random.nextInt(8) == 0 ? random.nextInt(sender.maxMessageBytes() + 1) : random.nextInt(40);
        byte[] message = new byte[bytes];
        random.nextBytes(message);
        try {
            Claim claim = sender.claim(bytes);
            claim.segment().copyFrom(MemorySegment.ofArray(message));
            if (random.nextInt(10) == 0) {
                claim.abort();
                return;
            }
            claim.commit();
            model.add(message);
            inFlight += (int) RingLayout.recordBytes(bytes);
            assertTrue(inFlight <= CAPACITY);
        } catch (ChannelFullException full) {
            assertFalse(model.isEmpty(), "an empty ring has room for " + bytes);
        }
    }

    private void poll(Receiver receiver, int limit) {
        int expected = Math.min(limit, model.size());
        int polled = receiver.poll(
                message -> {
                    byte[] sent = model.remove();
                    inFlight -= (int) RingLayout.recordBytes(sent.length);
                    assertArrayEquals(sent, message.toArray(ValueLayout.JAVA_BYTE));
                    assertEquals(0, message.address() % 8);
                    assertTrue(message.isReadOnly());
                },
                limit);
        assertEquals(expected, polled);
    }
}
