package dev.psyne.channel.internal.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.channel.ChannelClosedException;
import dev.psyne.channel.ChannelFullException;
import dev.psyne.channel.ChannelMismatchException;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Rings of 1024 bytes, in which a message of 8 takes 24. */
@Timeout(120)
@ParameterizedClass
@ValueSource(strings = {"mem", "ipc"})
class BroadcastRingTest {
    private static final ChannelOptions OPTIONS =
            ChannelOptions.of(Topology.BROADCAST).withCapacityBytes(1024);
    private static final int FITS = 1024 / 24;

    private final String uri;
    private final Ends ends;

    BroadcastRingTest(String scheme) {
        this.uri = scheme + ":news";
        this.ends = new Ends(scheme);
    }

    @AfterEach
    void close() {
        ends.close();
    }

    private Sender sender(Policy policy) {
        return ends.sending().sender(uri, OPTIONS.withPolicy(policy));
    }

    private Reader reader(Policy policy) {
        return new Reader(ends.receiving().receiver(uri, OPTIONS.withPolicy(policy)));
    }

    private static boolean send(Sender sender, long value) throws InterruptedException {
        Claim claim = sender.claim(Long.BYTES);
        claim.segment().set(ValueLayout.JAVA_LONG, 0, value);
        claim.commit();
        return true;
    }

    private static void send(Sender sender, long from, long to) throws InterruptedException {
        for (long value = from; value < to; value++) {
            assertTrue(send(sender, value));
        }
    }

    /** What one receiver has seen. */
    private static final class Reader implements MessageHandler {
        private final Receiver receiver;
        private final List<Long> seen = new ArrayList<>();
        private long lost;

        Reader(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public void onMessage(MemorySegment message) {
            assertTrue(message.isReadOnly());
            assertEquals(0, message.address() % Long.BYTES);
            seen.add(message.get(ValueLayout.JAVA_LONG, 0));
        }

        @Override
        public void onLost(long messages) {
            lost += messages;
        }

        int poll() {
            return receiver.poll(this, Integer.MAX_VALUE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAIL", "DROP_OLDEST"})
    void everyReceiverSeesEveryMessageFromWhenItJoined(Policy policy) throws InterruptedException {
        Sender sender = sender(policy);
        send(sender, 0, 5);
        Reader early = reader(policy);
        send(sender, 5, 10);
        Reader late = reader(policy);
        send(sender, 10, 12);
        assertEquals(7, early.poll());
        assertEquals(2, late.poll());
        assertEquals(List.of(5L, 6L, 7L, 8L, 9L, 10L, 11L), early.seen);
        assertEquals(List.of(10L, 11L), late.seen);
        assertEquals(0, early.lost + late.lost);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAIL", "DROP_OLDEST"})
    void nobodyNeedsToListen(Policy policy) throws InterruptedException {
        Sender sender = sender(policy);
        send(sender, 0, 1000);
        Reader reader = reader(policy);
        assertEquals(0, reader.poll());
        send(sender, 1000, 1001);
        assertEquals(1, reader.poll());
        reader.receiver.close();
        send(sender, 0, 1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAIL", "DROP_OLDEST"})
    void messagesOfAllSizesUpToHalfTheRingWrapWhole(Policy policy) throws InterruptedException {
        Sender sender = sender(policy);
        Reader reader = reader(policy);
        assertEquals(1024 / 2 - 16, sender.maxMessageBytes());
        assertThrows(IllegalArgumentException.class, () -> sender.claim(497));
        for (int size = 0; size <= 496; size++) {
            byte[] message = new byte[size];
            for (int at = 0; at < size; at++) {
                message[at] = (byte) (size + 31 * at);
            }
            assertTrue(sender.offer(MemorySegment.ofArray(message)));
            assertEquals(
                    1,
                    reader.receiver.poll(read -> assertEquals(-1, read.mismatch(MemorySegment.ofArray(message))), 10));
        }
    }

    @Test
    void theSlowestReceiverHoldsTheWriterBack() throws InterruptedException {
        Sender sender = sender(Policy.FAIL);
        Reader quick = reader(Policy.FAIL);
        Reader slow = reader(Policy.FAIL);
        send(sender, 0, FITS);
        assertEquals(FITS, quick.poll());
        assertThrows(ChannelFullException.class, () -> sender.claim(8));
        assertEquals(FITS, slow.poll());
        send(sender, 0, FITS);
        assertThrows(ChannelFullException.class, () -> sender.claim(8));
        assertEquals(FITS, quick.poll());
        slow.receiver.close();
        send(sender, 0, FITS);
    }

    @Test
    void aReceiverThatJoinsInTheMiddleIsNotOverrun() throws InterruptedException {
        Sender sender = sender(Policy.FAIL);
        for (int round = 0; round < 200; round++) {
            send(sender, 0, round % FITS);
            Reader late = reader(Policy.FAIL);
            send(sender, 0, FITS - 1);
            assertThrows(ChannelFullException.class, () -> {
                send(sender, 0, 3);
            });
            int seen = late.poll();
            assertTrue(seen >= FITS - 1 && seen <= FITS, "saw " + seen);
            late.receiver.close();
        }
    }

    @Test
    void aFullRingDropsTheNewestWhereAskedTo() throws InterruptedException {
        Sender sender = sender(Policy.DROP_NEWEST);
        Reader reader = reader(Policy.DROP_NEWEST);
        send(sender, 0, 2 * FITS);
        assertEquals(FITS, reader.poll());
        assertEquals(FITS - 1L, reader.seen.getLast());
    }

    @Test
    void anOvertakenReceiverGoesOnWithTheNewestAndIsToldWhatItLost() throws InterruptedException {
        Sender sender = sender(Policy.DROP_OLDEST);
        Reader slow = reader(Policy.DROP_OLDEST);
        send(sender, 0, 3);
        assertEquals(3, slow.poll());
        send(sender, 3, 103);
        assertEquals(1, slow.poll());
        assertEquals(102, slow.seen.getLast());
        assertEquals(99, slow.lost);
        send(sender, 103, 103 + FITS - 2);
        assertEquals(FITS - 2, slow.poll());
        assertEquals(99, slow.lost);
    }

    @Test
    void aMessageOverwrittenWhileAnOpenClaimStandsOverItIsNotHandedOver() throws InterruptedException {
        Sender sender = sender(Policy.DROP_OLDEST);
        Reader reader = reader(Policy.DROP_OLDEST);
        assertTrue(sender.offer(MemorySegment.ofArray(new byte[496])));
        assertTrue(sender.offer(MemorySegment.ofArray(new byte[496])));
        Claim open = sender.claim(496);
        open.segment().fill((byte) 99);
        assertEquals(1, reader.poll());
        assertEquals(1, reader.lost);
        open.abort();
        assertEquals(0, reader.poll());
        send(sender, 7, 8);
        assertEquals(1, reader.poll());
        assertEquals(List.of(0L, 7L), reader.seen);
        assertEquals(1, reader.lost);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAIL", "DROP_OLDEST"})
    void anAbortedClaimLeavesNoTrace(Policy policy) throws InterruptedException {
        Sender sender = sender(policy);
        Reader reader = reader(policy);
        for (int turn = 0; turn < 100; turn++) {
            sender.claim(turn).abort();
        }
        send(sender, 5, 6);
        sender.claim(8).abort();
        assertEquals(1, reader.poll());
        assertEquals(List.of(5L), reader.seen);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAIL", "DROP_OLDEST"})
    void theEndComesWhenTheSenderHasLeftAndAllIsRead(Policy policy) throws InterruptedException {
        Sender sender = sender(policy);
        Reader reader = reader(policy);
        Reader other = reader(policy);
        send(sender, 1, 2);
        sender.close();
        assertTrue(reader.receiver.receive(reader));
        assertFalse(reader.receiver.receive(reader));
        assertTrue(reader.receiver.isEnded());
        assertFalse(other.receiver.isEnded());
        Sender next = sender(policy);
        send(next, 2, 3);
        assertEquals(1, reader.poll());
        assertEquals(2, other.poll());
        assertEquals(0, other.lost);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMessageWakesAllWhoWait(boolean virtual) throws Exception {
        Sender sender = sender(Policy.BLOCK);
        List<Waiting<Boolean>> waiting = new ArrayList<>();
        for (int index = 0; index < 3; index++) {
            Reader reader = reader(Policy.BLOCK);
            waiting.add(Waiting.startAndAwait(
                    virtual, () -> RingPeek.isSleeping(reader.receiver), () -> reader.receiver.receive(reader)));
        }
        send(sender, 1, 2);
        for (Waiting<Boolean> each : waiting) {
            assertTrue(each.result());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHeldWriterWaitsForTheSlowestAndForNobodyOnceItHasLeft(boolean virtual) throws Exception {
        Sender sender = sender(Policy.BLOCK);
        Reader reader = reader(Policy.BLOCK);
        send(sender, 0, FITS);
        Waiting<Boolean> sending =
                Waiting.startAndAwait(virtual, () -> RingPeek.isSleeping(sender), () -> send(sender, FITS));
        assertEquals(FITS, reader.receiver.poll(reader, FITS));
        assertTrue(sending.result());
        send(sender, 1, FITS);
        Waiting<Boolean> held =
                Waiting.startAndAwait(virtual, () -> RingPeek.isSleeping(sender), () -> send(sender, 0));
        reader.receiver.close();
        assertTrue(held.result());
    }

    @Test
    void waitsEndAtTheirDeadlineOrByInterruptOrClose() throws Exception {
        Duration soon = Duration.ofMillis(5);
        Sender sender = sender(Policy.BLOCK);
        Reader reader = reader(Policy.BLOCK);
        assertThrows(TimeoutException.class, () -> reader.receiver.receive(reader, soon));
        send(sender, 0, FITS);
        assertThrows(TimeoutException.class, () -> sender.claim(8, soon));
        Waiting<Boolean> sending =
                Waiting.startAndAwait(false, () -> RingPeek.isSleeping(sender), () -> send(sender, 1));
        sending.thread().interrupt();
        assertInstanceOf(InterruptedException.class, sending.failure());
        sending = Waiting.startAndAwait(false, () -> RingPeek.isSleeping(sender), () -> send(sender, 1));
        sender.close();
        assertInstanceOf(ChannelClosedException.class, sending.failure());
        assertEquals(FITS, reader.poll());
    }

    @Test
    void aChannelEitherHoldsOrLoses() {
        Sender unused = sender(Policy.BLOCK);
        assertThrows(ChannelMismatchException.class, () -> reader(Policy.DROP_OLDEST));
    }
}
