package dev.psyne.channel.internal.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.channel.ChannelDamagedException;
import dev.psyne.channel.ChannelFullException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the death of a writer or a reader means to the others, and what is read of words that no end writes. */
@Timeout(60)
class BroadcastRecoveryTest {
    private static final int FITS = 1024 / 24;

    private final List<Long> received = new ArrayList<>();
    private final long[] lost = new long[1];

    private final MessageHandler collect = new MessageHandler() {
        @Override
        public void onMessage(MemorySegment message) {
            received.add(message.get(ValueLayout.JAVA_LONG, 0));
        }

        @Override
        public void onLost(long messages) {
            lost[0] += messages;
        }
    };

    private static ChannelOptions options(Policy policy) {
        return ChannelOptions.of(Topology.BROADCAST).withCapacityBytes(1024).withPolicy(policy);
    }

    private static Sender sender(Mortals mortals, long process) {
        mortals.as(process);
        boolean losing = mortals.ring().shape().losing();
        return Topologies.sender(mortals.ring(), losing ? Policy.DROP_OLDEST : Policy.FAIL, EndMeters.NONE);
    }

    private static Receiver receiver(Mortals mortals, long process) {
        mortals.as(process);
        return Topologies.receiver(mortals.ring(), EndMeters.NONE);
    }

    private static void send(Sender sender, long from, long to) {
        try {
            for (long value = from; value < to; value++) {
                Claim claim = sender.claim(Long.BYTES);
                claim.segment().set(ValueLayout.JAVA_LONG, 0, value);
                claim.commit();
            }
        } catch (InterruptedException unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FAIL", "DROP_OLDEST"})
    void aSuccessorContinuesBehindWhatTheDeadWriterCommitted(Policy policy) throws InterruptedException {
        Mortals mortals = new Mortals(options(policy));
        Receiver receiver = receiver(mortals, 9);
        long next = 0;
        for (long writer = 1; writer < 60; writer++) {
            if (writer == 9) {
                continue;
            }
            Sender doomed = sender(mortals, writer);
            send(doomed, next, next + writer % 4);
            next += writer % 4;
            doomed.claim((int) writer * 8).segment().fill((byte) 99);
            // As if it had died just before it moved the tail.
            long entry = mortals.ring().address() + RingLayout.NEWEST_AT + (next & 1) * 24;
            RingMemory.put(entry, next);
            RingMemory.put(entry + 8, 0x7777);
            mortals.kill(writer);
            int _ = receiver.poll(collect, 100);
        }
        List<Long> sent = new ArrayList<>();
        for (long value = 0; value < next; value++) {
            sent.add(value);
        }
        assertEquals(sent, received);
        assertEquals(0, lost[0]);
    }

    @Test
    void aDeadReceiverHoldsTheWriterUntilItIsBuriedAndNothingComesAgain() throws Exception {
        Mortals mortals = new Mortals(options(Policy.BLOCK));
        Receiver doomed = receiver(mortals, 2);
        Receiver receiver = receiver(mortals, 3);
        mortals.as(1);
        Sender sender = Topologies.sender(mortals.ring(), Policy.BLOCK, EndMeters.NONE);
        send(sender, 0, FITS);
        assertEquals(FITS, receiver.poll(collect, 100));
        Waiting<Boolean> held = Waiting.startAndAwait(false, () -> RingPeek.isSleeping(sender), () -> {
            try {
                send(sender, FITS, FITS + 1);
            } catch (PeerDiedException told) {
                // It looked while the dead was being buried: the death is told before the room is given back.
                send(sender, FITS, FITS + 1);
            }
            return true;
        });
        mortals.kill(2);
        assertTrue(held.result());
        Receiver successor = receiver(mortals, 4);
        assertEquals(0, successor.poll(collect, 100));
        assertEquals(1, receiver.poll(collect, 100));
        assertEquals(FITS + 1, received.size());
        assertFalse(doomed.isEnded());
    }

    @ParameterizedTest
    @EnumSource(names = {"FAIL", "DROP_OLDEST"})
    void wordsThatNoEndWritesAreDamageAndNeverRead(Policy policy) {
        Random random = new Random(7);
        int damaged = 0;
        for (int round = 0; round < 2000; round++) {
            Mortals struck = new Mortals(options(policy));
            Receiver receiver = receiver(struck, 1);
            Sender sender = sender(struck, 1);
            send(sender, 0, 20);
            strike(struck.ring(), random);
            try {
                int _ = receiver.poll(message -> assertTrue(message.byteSize() <= 496), 100);
                send(sender, 0, 1);
                sender.close();
                sender = sender(struck, 1);
            } catch (ChannelDamagedException told) {
                assertTrue(told.toString().contains("mem:mortal is damaged: the "), told.toString());
                damaged++;
            } catch (ChannelFullException lookedFull) {
                // A gate may say that a receiver is slow.
            }
            receiver.close();
            sender.close();
        }
        assertTrue(damaged > 1000, damaged + " of 2000 were noticed");
    }

    private static void strike(Ring target, Random random) {
        long[] places = {
            target.dataAddress() + 24L * random.nextInt(20),
            target.dataAddress() + 24L * random.nextInt(20) + BroadcastLayout.SEQUENCE_AT,
            target.address() + RingLayout.TAIL_AT,
            target.address() + RingLayout.INTENT_AT,
            target.address() + RingLayout.NEWEST_AT + 8L * random.nextInt(6),
            target.participants(Side.RECEIVER).getFirst().address() + RingLayout.CLAIM_INTENT
        };
        for (long place : places) {
            if (random.nextInt(3) == 0) {
                RingMemory.put(place, random.nextInt(4) == 0 ? random.nextInt(2000) : random.nextLong());
            }
        }
    }

    @Test
    void aGateAheadOfTheWriterIsDamage() {
        Mortals struck = new Mortals(options(Policy.FAIL));
        Receiver unused = receiver(struck, 1);
        Sender sender = sender(struck, 1);
        RingMemory.put(
                struck.ring().participants(Side.RECEIVER).getFirst().address() + RingLayout.CLAIM_INTENT, 1 << 20);
        ChannelDamagedException told = assertThrows(ChannelDamagedException.class, () -> send(sender, 0, FITS));
        assertTrue(told.toString().contains("the gate of receiver 0"), told.toString());
    }
}
