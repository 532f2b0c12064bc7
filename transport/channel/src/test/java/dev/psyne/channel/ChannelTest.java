package dev.psyne.channel;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

@ParameterizedClass
@CsvSource({"mem, ONE_TO_ONE", "mem, MANY_TO_ONE", "ipc, ONE_TO_ONE", "ipc, MANY_TO_ONE"})
class ChannelTest {
    private static final MessageHandler IGNORE = _ -> {};

    private final String uri;
    private final Topology topology;
    private final Ends ends;
    private final Sender sender;
    private final Receiver receiver;
    private final List<Long> received = new ArrayList<>();
    private final MessageHandler collect = message -> received.add(message.get(ValueLayout.JAVA_LONG, 0));

    ChannelTest(String scheme, Topology topology) {
        this.uri = scheme + ":test";
        this.topology = topology;
        this.ends = new Ends(scheme);
        ChannelOptions options =
                ChannelOptions.of(topology).withCapacityBytes(1024).withPolicy(Policy.FAIL);
        this.sender = ends.sending().sender(uri, options);
        this.receiver = ends.receiving().receiver(uri, options);
    }

    @AfterEach
    void close() {
        ends.close();
    }

    private void send(long value) throws InterruptedException {
        Claim claim = sender.claim(Long.BYTES);
        claim.segment().set(ValueLayout.JAVA_LONG, 0, value);
        claim.commit();
    }

    private int fill() throws InterruptedException {
        for (int sent = 0; ; sent++) {
            try {
                send(sent);
            } catch (ChannelFullException full) {
                return sent;
            }
        }
    }

    @Test
    void messagesArriveInOrderAndOnlyOnceCommitted() throws InterruptedException {
        send(1);
        Claim claim = sender.claim(8);
        claim.segment().set(ValueLayout.JAVA_LONG, 0, 2);
        assertEquals(1, receiver.poll(collect, 10));
        claim.commit();
        sender.claim(8).abort();
        assertEquals(1, receiver.poll(collect, 10));
        assertEquals(List.of(1L, 2L), received);
    }

    @Test
    void anOfferIsACopy() throws InterruptedException {
        byte[] message = {1, 2, 3};
        sender.offer(MemorySegment.ofArray(message));
        message[0] = 9;
        assertTrue(receiver.receive(read -> assertEquals(1, read.get(ValueLayout.JAVA_BYTE, 0))));
    }

    @Test
    void anOfferThatCannotBeReadLeavesTheSenderUsable() throws InterruptedException {
        MemorySegment gone;
        try (Arena arena = Arena.ofConfined()) {
            gone = arena.allocate(8);
        }
        assertThrows(IllegalStateException.class, () -> sender.offer(gone));
        send(5);
        assertEquals(1, receiver.poll(collect, 10));
        assertEquals(List.of(5L), received);
    }

    @Test
    void aPollHandsOverNoMoreThanItsLimit() throws InterruptedException {
        for (int value = 0; value < 5; value++) {
            send(value);
        }
        assertEquals(0, receiver.poll(collect, 0));
        assertEquals(2, receiver.poll(collect, 2));
        assertEquals(3, receiver.poll(collect, 10));
        assertEquals(0, receiver.poll(collect, 10));
        assertThrows(IllegalArgumentException.class, () -> receiver.poll(collect, -1));
    }

    @Test
    void aFullRingFailsWithoutAStackAndTakesMessagesAgainOnceRead() throws InterruptedException {
        int fits = fill();
        // A ring of one sender keeps a word free behind the newest record.
        assertEquals(topology == Topology.ONE_TO_ONE ? 1024 / 16 - 1 : 1024 / 16, fits);
        ChannelFullException full = assertThrows(ChannelFullException.class, () -> sender.claim(8));
        assertEquals(0, full.getStackTrace().length);
        assertTrue(full.toString().contains(uri), full.toString());
        assertSame(full, assertThrows(ChannelFullException.class, () -> sender.claim(8)));
        assertEquals(fits, receiver.poll(IGNORE, fits));
        assertEquals(fits, fill());
    }

    @Test
    void roomIsGivenBackInPortionsOfAnEighth() throws InterruptedException {
        fill();
        assertEquals(7, receiver.poll(IGNORE, 7));
        assertThrows(ChannelFullException.class, () -> sender.claim(8));
        assertEquals(1, receiver.poll(IGNORE, 1));
        assertEquals(8, fill());
    }

    @Test
    void aMessageOfMoreThanHalfTheRingIsRefusedByItsSize() {
        assertEquals(504, sender.maxMessageBytes());
        assertDoesNotThrow(() -> sender.claim(504).abort());
        for (int bytes : new int[] {505, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> sender.claim(bytes));
            assertTrue(refused.toString().contains(Integer.toString(bytes)), refused.toString());
        }
        assertThrows(IllegalArgumentException.class, () -> sender.offer(MemorySegment.ofArray(new byte[505])));
    }

    @Test
    void aSecondClaimBeforeTheFirstIsDoneIsRefused() throws InterruptedException {
        Claim claim = sender.claim(8);
        assertThrows(IllegalStateException.class, () -> sender.claim(8));
        assertThrows(IllegalStateException.class, () -> sender.offer(MemorySegment.ofArray(new byte[1])));
        claim.commit();
        assertThrows(IllegalStateException.class, claim::commit);
        assertThrows(IllegalStateException.class, claim::abort);
        assertThrows(IllegalStateException.class, claim::segment);
        assertEquals(1, receiver.poll(IGNORE, 10));
    }

    @Test
    void aClaimIsAsLongAsAskedAndNoLonger() throws InterruptedException {
        Claim claim = sender.claim(3);
        assertEquals(3, claim.segment().byteSize());
        assertThrows(IndexOutOfBoundsException.class, () -> claim.segment().set(ValueLayout.JAVA_BYTE, 3, (byte) 1));
    }

    @Test
    void aMessageCannotBeWrittenByItsHandler() throws InterruptedException {
        send(1);
        assertThrows(
                IllegalArgumentException.class,
                () -> receiver.receive(message -> message.set(ValueLayout.JAVA_BYTE, 0, (byte) 1)));
    }

    @Test
    void aMessageWhoseHandlerThrowsCountsAsRead() throws InterruptedException {
        send(1);
        send(2);
        ArithmeticException thrown = assertThrows(
                ArithmeticException.class,
                () -> receiver.poll(
                        _ -> {
                            throw new ArithmeticException("handler");
                        },
                        10));
        assertEquals("handler", thrown.getMessage());
        assertEquals(1, receiver.poll(collect, 10));
        assertEquals(List.of(2L), received);
    }

    @Test
    void aHandlerMayNotPollItsOwnReceiver() throws InterruptedException {
        send(1);
        send(2);
        assertThrows(IllegalStateException.class, () -> receiver.poll(_ -> receiver.poll(IGNORE, 1), 10));
        assertEquals(1, receiver.poll(collect, 10));
        assertEquals(List.of(2L), received);
    }

    @Test
    void aHandlerMayCloseTheReceiver() throws InterruptedException {
        send(1);
        send(2);
        sender.close();
        assertTrue(receiver.receive(_ -> receiver.close()));
        assertThrows(ChannelClosedException.class, () -> receiver.receive(IGNORE));
        assertTrue(receiver.isEnded());
    }

    @Test
    void theStreamEndsWhenEverythingSentIsRead() throws InterruptedException {
        send(1);
        send(2);
        sender.close();
        sender.close();
        assertThrows(ChannelClosedException.class, () -> sender.claim(8));
        assertFalse(receiver.isEnded());
        assertTrue(receiver.receive(collect));
        assertTrue(receiver.receive(collect));
        assertFalse(receiver.receive(collect));
        assertTrue(receiver.isEnded());
        assertEquals(0, receiver.poll(collect, 10));
        assertEquals(List.of(1L, 2L), received);
    }

    @Test
    void aClaimOpenWhenTheSenderIsClosedIsNotSent() throws InterruptedException {
        Claim claim = sender.claim(8);
        sender.close();
        assertThrows(ChannelClosedException.class, claim::commit);
        assertFalse(receiver.receive(collect));
    }

    @Test
    void withoutAReceiverNothingIsClaimed() throws InterruptedException {
        Claim claim = sender.claim(8);
        receiver.close();
        claim.commit();
        ChannelClosedException closed = assertThrows(ChannelClosedException.class, () -> sender.claim(8));
        assertTrue(closed.toString().contains("the receiver of " + uri + " is closed"), closed.toString());
        assertThrows(ChannelClosedException.class, () -> receiver.poll(IGNORE, 1));
    }

    @Test
    void afterTheChannelIsGoneMessagesAndClaimsAreExceptions() throws InterruptedException {
        send(1);
        AtomicReference<MemorySegment> kept = new AtomicReference<>();
        assertEquals(1, receiver.poll(kept::set, 1));
        Claim claim = sender.claim(8);
        MemorySegment writing = claim.segment();
        sender.close();
        receiver.close();
        ends.sending().close();
        ends.receiving().close();
        assertThrows(IllegalStateException.class, () -> kept.get().get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, () -> writing.set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
        assertThrows(ChannelClosedException.class, claim::commit);
        assertThrows(ChannelClosedException.class, () -> sender.claim(8));
        assertThrows(ChannelClosedException.class, () -> receiver.poll(IGNORE, 1));
    }

    @Test
    void metersCountWhatWasRead() throws InterruptedException {
        send(1);
        sender.offer(MemorySegment.ofArray(new byte[5]));
        assertEquals(2, receiver.poll(IGNORE, 10));
        if (!uri.startsWith("mem:")) {
            return;
        }
        var figures = ends.meters().snapshot();
        assertEquals(2, figures.get("psyne_channel_messages_total{channel=\"mem:test\"}"));
        assertEquals(13, figures.get("psyne_channel_bytes_total{channel=\"mem:test\"}"));
        assertEquals(0, figures.get("psyne_channel_waits_total{channel=\"mem:test\",side=\"sender\"}"));
    }
}
