package dev.psyne.channel.internal.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.channel.ChannelClosedException;
import dev.psyne.channel.ChannelFullException;
import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Claim;
import dev.psyne.channel.Ends;
import dev.psyne.channel.MessageHandler;
import dev.psyne.channel.Policy;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.channel.Topology;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rings of eight slots of 112 bytes. */
@Timeout(120)
@ParameterizedClass
@CsvSource({"mem, ONE_TO_MANY", "mem, MANY_TO_MANY", "ipc, ONE_TO_MANY", "ipc, MANY_TO_MANY"})
class SlotRingTest {
    private static final int SLOTS = 8;
    private static final int SLOT_BYTES = 112;

    private final String uri;
    private final ChannelOptions options;
    private final Ends ends;
    private final Sender sender;
    private final Receiver receiver;
    private final List<Long> received = new ArrayList<>();
    private final MessageHandler collect = message -> received.add(message.get(ValueLayout.JAVA_LONG, 0));

    SlotRingTest(String scheme, Topology topology) {
        this.uri = scheme + ":slots";
        this.options = ChannelOptions.of(topology).withSlotBytes(SLOT_BYTES).withCapacityBytes(1024);
        this.ends = new Ends(scheme);
        this.sender = ends.sending().sender(uri, options.withPolicy(Policy.FAIL));
        this.receiver = ends.receiving().receiver(uri, options);
    }

    @AfterEach
    void close() {
        ends.close();
    }

    private static boolean send(Sender sender, long value) throws InterruptedException {
        Claim claim = sender.claim(Long.BYTES);
        claim.segment().set(ValueLayout.JAVA_LONG, 0, value);
        claim.commit();
        return true;
    }

    private Sender anotherSender(Policy policy) {
        sender.close();
        return ends.sending().sender(uri, options.withPolicy(policy));
    }

    @Test
    void messagesArriveInOrderOverManyLaps() throws InterruptedException {
        List<Long> sent = new ArrayList<>();
        for (long value = 0; value < 100; value++) {
            assertTrue(send(sender, value));
            sent.add(value);
            if (value % 7 == 6) {
                assertEquals(7, receiver.poll(collect, 10));
            }
        }
        assertEquals(2, receiver.poll(collect, 10));
        assertEquals(sent, received);
    }

    @Test
    void aMessageHasItsSizeUpToThatOfASlot() throws InterruptedException {
        assertEquals(SLOT_BYTES, sender.maxMessageBytes());
        byte[] full = new byte[SLOT_BYTES];
        full[SLOT_BYTES - 1] = 7;
        assertTrue(sender.offer(MemorySegment.ofArray(full)));
        assertTrue(sender.offer(MemorySegment.ofArray(new byte[0])));
        assertTrue(sender.offer(MemorySegment.ofArray(new byte[3])));
        List<Long> sizes = new ArrayList<>();
        assertEquals(
                3,
                receiver.poll(
                        message -> {
                            if (sizes.isEmpty()) {
                                assertEquals(-1, message.mismatch(MemorySegment.ofArray(full)));
                            }
                            assertTrue(message.isReadOnly());
                            assertEquals(0, message.address() % Long.BYTES);
                            sizes.add(message.byteSize());
                        },
                        10));
        assertEquals(List.of((long) SLOT_BYTES, 0L, 3L), sizes);
        assertThrows(IllegalArgumentException.class, () -> sender.claim(SLOT_BYTES + 1));
    }

    @Test
    void eachMessageGoesToOneReceiver() throws InterruptedException {
        Receiver second = ends.receiving().receiver(uri, options);
        for (long value = 0; value < SLOTS; value++) {
            assertTrue(send(sender, value));
        }
        for (int turn = 0; turn < SLOTS / 2; turn++) {
            assertTrue(receiver.tryReceive(collect));
            assertTrue(second.tryReceive(collect));
        }
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L), received);
        assertFalse(receiver.tryReceive(collect));
        assertFalse(second.tryReceive(collect));
    }

    @Test
    void aFullRingFailsUntilASlotIsRead() throws InterruptedException {
        for (long value = 0; value < SLOTS; value++) {
            assertTrue(send(sender, value));
        }
        assertThrows(ChannelFullException.class, () -> sender.claim(8));
        assertTrue(receiver.tryReceive(collect));
        assertTrue(send(sender, SLOTS));
        assertThrows(ChannelFullException.class, () -> sender.claim(8));
        assertEquals(SLOTS, receiver.poll(collect, 100));
    }

    @Test
    void aFullRingDropsTheNewestWhereAskedTo() throws InterruptedException {
        Sender dropping = anotherSender(Policy.DROP_NEWEST);
        for (int value = 0; value < SLOTS; value++) {
            assertTrue(dropping.offer(MemorySegment.ofArray(new long[] {value})));
        }
        assertFalse(dropping.offer(MemorySegment.ofArray(new long[] {99})));
        assertEquals(SLOTS, receiver.poll(collect, 100));
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L), received);
    }

    @Test
    void aSlowReceiverHoldsTheRingUpOnlyWhenTheTailComesRound() throws InterruptedException {
        Receiver slow = ends.receiving().receiver(uri, options);
        assertTrue(send(sender, -1));
        assertTrue(slow.tryReceive(held -> {
            try {
                for (long value = 0; value < SLOTS - 1; value++) {
                    assertTrue(send(sender, value));
                    assertTrue(receiver.tryReceive(collect));
                }
            } catch (InterruptedException unexpected) {
                throw new AssertionError(unexpected);
            }
            assertThrows(ChannelFullException.class, () -> sender.claim(8));
            assertEquals(-1, held.get(ValueLayout.JAVA_LONG, 0));
        }));
        assertTrue(send(sender, 7));
        assertTrue(receiver.tryReceive(collect));
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L), received);
    }

    @Test
    void anAbortedClaimLeavesNoTrace() throws InterruptedException {
        for (int lap = 0; lap < 3 * SLOTS; lap++) {
            sender.claim(8).abort();
        }
        assertFalse(receiver.tryReceive(collect));
        assertTrue(send(sender, 5));
        sender.claim(8).abort();
        assertEquals(1, receiver.poll(collect, 10));
        sender.close();
        assertTrue(receiver.isEnded());
    }

    @Test
    void aHandlerThatThrowsHasReadItsMessage() throws InterruptedException {
        assertTrue(send(sender, 1));
        assertTrue(send(sender, 2));
        assertThrows(
                UnsupportedOperationException.class,
                () -> receiver.tryReceive(_ -> {
                    throw new UnsupportedOperationException();
                }));
        assertEquals(1, receiver.poll(collect, 10));
        assertEquals(List.of(2L), received);
    }

    @Test
    void theEndComesWhenAllHaveLeftAndAllIsRead() throws InterruptedException {
        Receiver second = ends.receiving().receiver(uri, options);
        assertTrue(send(sender, 1));
        sender.close();
        assertFalse(second.isEnded());
        assertTrue(second.receive(collect));
        assertFalse(second.receive(collect));
        assertFalse(receiver.receive(collect));
        Sender next = ends.sending().sender(uri, options);
        assertFalse(receiver.isEnded());
        assertTrue(send(next, 2));
        assertTrue(receiver.receive(collect));
    }

    @Test
    void whatIsUnreadWaitsForAReceiverThatJoinsLater() throws InterruptedException {
        assertTrue(send(sender, 1));
        receiver.close();
        // Between processes a commit notices, and the claim after it says so.
        assertThrows(ChannelClosedException.class, () -> {
            assertTrue(send(sender, 2));
            assertTrue(send(sender, 3));
        });
        Receiver next = ends.receiving().receiver(uri, options);
        assertTrue(send(sender, 4));
        assertTrue(next.poll(collect, 10) >= 2);
        assertEquals(1, received.getFirst());
        assertEquals(4, received.getLast());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReceiverWaitsForAMessageAndOneIsWokenForEach(boolean virtual) throws Exception {
        Receiver second = ends.receiving().receiver(uri, options);
        Waiting<Boolean> one = receiving(virtual, receiver);
        Waiting<Boolean> two = receiving(virtual, second);
        assertTrue(send(sender, 1));
        assertTrue(send(sender, 2));
        assertTrue(one.result());
        assertTrue(two.result());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSenderWaitsForRoom(boolean virtual) throws Exception {
        Sender blocking = anotherSender(Policy.BLOCK);
        for (int value = 0; value < SLOTS; value++) {
            assertTrue(send(blocking, value));
        }
        Waiting<Boolean> sending =
                Waiting.startAndAwait(virtual, () -> RingPeek.isSleeping(blocking), () -> send(blocking, 8));
        assertTrue(receiver.tryReceive(collect));
        assertTrue(sending.result());
        sending = Waiting.startAndAwait(virtual, () -> RingPeek.isSleeping(blocking), () -> send(blocking, 9));
        receiver.close();
        assertInstanceOf(ChannelClosedException.class, sending.failure());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterruptOrCloseOfOneWaiterTakesNoMessageFromTheOther(boolean virtual) throws Exception {
        Receiver second = ends.receiving().receiver(uri, options);
        Receiver third = ends.receiving().receiver(uri, options);
        Waiting<Boolean> interrupted = receiving(virtual, receiver);
        Waiting<Boolean> closed = receiving(virtual, second);
        Waiting<Boolean> last = receiving(virtual, third);
        interrupted.thread().interrupt();
        second.close();
        assertTrue(send(sender, 1));
        assertTrue(send(sender, 2));
        assertTrue(send(sender, 3));
        assertTrue(last.result());
        assertInstanceOf(ChannelClosedException.class, closed.failure());
    }

    @Test
    void waitsEndAtTheirDeadline() throws Exception {
        Duration soon = Duration.ofMillis(5);
        assertThrows(TimeoutException.class, () -> receiver.receive(collect, soon));
        Sender blocking = anotherSender(Policy.BLOCK);
        for (int value = 0; value < SLOTS; value++) {
            assertTrue(send(blocking, value));
        }
        assertThrows(TimeoutException.class, () -> blocking.claim(8, soon));
        assertEquals(SLOTS, receiver.poll(collect, 100));
    }

    private Waiting<Boolean> receiving(boolean virtual, Receiver each) {
        return Waiting.startAndAwait(
                virtual, () -> RingPeek.isSleeping(each), () -> each.receive(message -> message.byteSize()));
    }
}
