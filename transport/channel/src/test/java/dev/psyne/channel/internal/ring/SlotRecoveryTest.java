package dev.psyne.channel.internal.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.channel.ChannelDamagedException;
import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Claim;
import dev.psyne.channel.MessageHandler;
import dev.psyne.channel.PeerDiedException;
import dev.psyne.channel.Policy;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.channel.Topology;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to slots whose owner dies, and to whoever reads words that no end writes. */
@Timeout(60)
class SlotRecoveryTest {
    private static final ChannelOptions OPTIONS =
            ChannelOptions.of(Topology.MANY_TO_MANY).withSlotBytes(112).withCapacityBytes(1024);
    private static final int SLOTS = 8;

    private final Mortals mortals = new Mortals(OPTIONS);
    private final Ring ring = mortals.ring();
    private final List<String> received = new ArrayList<>();

    private final MessageHandler collect = new MessageHandler() {
        @Override
        public void onMessage(MemorySegment message) {
            received.add("" + message.get(ValueLayout.JAVA_LONG, 0));
        }

        @Override
        public void onRedelivered(MemorySegment message) {
            received.add("again " + message.get(ValueLayout.JAVA_LONG, 0));
        }
    };

    private Sender sender(long process) {
        mortals.as(process);
        return Topologies.sender(ring, Policy.FAIL, EndMeters.NONE);
    }

    private Receiver receiver(long process) {
        mortals.as(process);
        return Topologies.receiver(ring, EndMeters.NONE);
    }

    private static void send(Sender sender, long... values) {
        try {
            for (long value : values) {
                Claim claim = sender.claim(Long.BYTES);
                claim.segment().set(ValueLayout.JAVA_LONG, 0, value);
                claim.commit();
            }
        } catch (InterruptedException unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    @Test
    void aDeadSendersOpenClaimIsPassedOver() throws InterruptedException {
        Sender doomed = sender(1);
        Sender other = sender(2);
        Receiver receiver = receiver(3);
        send(doomed, 1);
        Claim open = doomed.claim(8);
        open.segment().set(ValueLayout.JAVA_LONG, 0, 66);
        send(other, 2);
        assertEquals(1, receiver.poll(collect, 10));
        mortals.kill(1);
        assertEquals(1, receiver.poll(collect, 10));
        for (long lap = 0; lap < 3; lap++) {
            send(other, 3, 4, 5, 6, 7, 8, 9, 10);
            assertEquals(SLOTS, receiver.poll(collect, 10));
        }
        assertEquals(List.of("1", "2", "3"), received.subList(0, 3));
        assertEquals(2 + 3 * SLOTS, received.size());
    }

    @Test
    void whatADeadReceiverHadOpenComesAgainOnceFlagged() {
        Sender sender = sender(1);
        Receiver doomed = receiver(2);
        Receiver second = receiver(3);
        Receiver third = receiver(4);
        send(sender, 1, 2, 3);
        assertTrue(doomed.tryReceive(_ -> {
            assertTrue(second.tryReceive(collect));
            mortals.kill(2);
            assertTrue(third.tryReceive(collect));
            assertEquals(1, second.poll(collect, 10));
            assertEquals(0, third.poll(collect, 10));
        }));
        assertEquals(List.of("2", "again 1", "3"), received);
        assertTrue(new SlotRecovery().isDrained(ring));
    }

    @Test
    void itComesAgainThoughTheNextOneDiesToo() {
        Sender sender = sender(1);
        Receiver doomed = receiver(2);
        Receiver doomedToo = receiver(3);
        send(sender, 1);
        assertTrue(doomed.tryReceive(_ -> {
            mortals.kill(2);
            assertTrue(doomedToo.tryReceive(_ -> {
                mortals.kill(3);
                assertFalse(new SlotRecovery().isDrained(ring));
                // Nobody was there at either burial: who joins later finds it.
                Receiver late = receiver(4);
                assertFalse(late.isEnded());
                assertTrue(late.tryReceive(collect));
                assertFalse(late.tryReceive(collect));
            }));
        }));
        assertEquals(List.of("again 1"), received);
    }

    @Test
    void aFullRingIsBlockedByAGivenBackMessageUntilItIsRead() {
        Sender sender = sender(1);
        Receiver doomed = receiver(2);
        Receiver receiver = receiver(3);
        send(sender, 0);
        assertTrue(doomed.tryReceive(_ -> {
            send(sender, 1, 2, 3, 4, 5, 6, 7);
            assertEquals(7, receiver.poll(message -> {}, 10));
            mortals.kill(2);
            assertEquals(1, receiver.poll(collect, 10));
            send(sender, 8);
            assertEquals(1, receiver.poll(collect, 10));
        }));
        assertEquals(List.of("again 0", "8"), received);
    }

    @Test
    void aSleeperIsWokenForWhatADeadReceiverGaveBack() throws Exception {
        Sender sender = sender(1);
        Receiver doomed = receiver(2);
        Receiver sleeper = receiver(3);
        send(sender, 1);
        Object[] result = new Object[1];
        assertTrue(doomed.tryReceive(_ -> {
            Waiting<Boolean> waiting =
                    Waiting.startAndAwait(false, () -> RingPeek.isSleeping(sleeper), () -> sleeper.receive(collect));
            mortals.kill(2);
            try {
                result[0] = waiting.result();
            } catch (Exception failure) {
                result[0] = failure;
            }
        }));
        assertEquals(true, result[0]);
        assertEquals(List.of("again 1"), received);
    }

    @Test
    void aWaitingReceiverIsToldOfASendersDeath() {
        Sender doomed = sender(1);
        Receiver receiver = receiver(2);
        send(doomed, 1);
        mortals.kill(1);
        assertEquals(1, receiver.poll(collect, 10));
        assertThrows(PeerDiedException.class, () -> receiver.receive(collect));
        send(sender(3), 2);
        assertEquals(1, receiver.poll(collect, 10));
    }

    @Test
    void aCommitBehindAnOpenClaimIsHandedOnOnceThatIsCommitted() throws Exception {
        Sender sender = sender(1);
        Sender other = sender(1);
        List<Waiting<Boolean>> waiting = new ArrayList<>();
        for (int index = 0; index < 3; index++) {
            Receiver receiver = receiver(2);
            waiting.add(Waiting.startAndAwait(
                    false, () -> RingPeek.isSleeping(receiver), () -> receiver.receive(message -> {})));
        }
        Claim first = sender.claim(8);
        send(other, 2, 3);
        first.commit();
        for (Waiting<Boolean> each : waiting) {
            assertTrue(each.result());
        }
    }

    @Test
    void wordsThatNoEndWritesAreDamageAndNeverRead() {
        Random random = new Random(7);
        int damaged = 0;
        for (int round = 0; round < 2000; round++) {
            Mortals struck = new Mortals(OPTIONS);
            Ring target = struck.ring();
            Sender sender = Topologies.sender(target, Policy.FAIL, EndMeters.NONE);
            Receiver receiver = Topologies.receiver(target, EndMeters.NONE);
            send(sender, 1, 2, 3);
            strike(target, random);
            try {
                int _ = receiver.poll(message -> assertTrue(message.byteSize() <= 112), SLOTS);
                send(sender, 4);
            } catch (ChannelDamagedException told) {
                assertTrue(told.toString().contains("mem:mortal is damaged: the "), told.toString());
                damaged++;
            } catch (dev.psyne.channel.ChannelFullException lookedFull) {
                // Such a word may say that a slot is in use.
            }
            receiver.close();
            sender.close();
        }
        assertTrue(damaged > 1000, damaged + " of 2000 were noticed");
    }

    private static void strike(Ring target, Random random) {
        long slot = new Slots(target).address(random.nextInt(SLOTS));
        long[] places = {
            slot,
            slot + SlotLayout.LENGTH_AT,
            target.address() + RingLayout.TAIL_AT,
            target.address() + RingLayout.HEAD_AT
        };
        for (long place : places) {
            if (random.nextBoolean()) {
                RingMemory.put(place, random.nextLong());
            }
        }
    }
}
