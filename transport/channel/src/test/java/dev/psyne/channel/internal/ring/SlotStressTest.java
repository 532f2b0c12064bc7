package dev.psyne.channel.internal.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Claim;
import dev.psyne.channel.Ends;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.channel.Topology;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Several senders and receivers and many messages, each checked to its last byte. What is forbidden: a message torn, lost, or
 * seen twice; two messages of one sender seen by one receiver in the wrong order; and a wake-up lost, which would be the
 * timeout.
 */
@Timeout(120)
class SlotStressTest {
    private static final long SEED = 42;
    private static final long STEP = 0x9E37_79B9_7F4A_7C15L;
    private static final int SLOT_BYTES = 112;

    @ParameterizedTest
    @CsvSource({
        "mem, 2, 2, 1024, 100000, false",
        "mem, 3, 3, 1024, 30000, true",
        "mem, 1, 2, 65536, 100000, false",
        "ipc, 2, 2, 1024, 30000, false",
        "ipc, 2, 3, 1024, 30000, true"
    })
    void everyMessageArrivesOnceAndWhole(
            String scheme, int senders, int receivers, long capacity, int each, boolean virtual) throws Exception {
        ChannelOptions options = ChannelOptions.of(senders > 1 ? Topology.MANY_TO_MANY : Topology.ONE_TO_MANY)
                .withSlotBytes(SLOT_BYTES)
                .withCapacityBytes(capacity);
        try (Ends ends = new Ends(scheme)) {
            List<Waiting<BitSet>> receiving = new ArrayList<>();
            for (int index = 0; index < receivers; index++) {
                Receiver receiver = ends.receiving().receiver(scheme + ":stress", options);
                boolean polls = index == 0;
                receiving.add(Waiting.start(virtual, () -> receive(receiver, senders, each, polls)));
            }
            List<Sender> joined = new ArrayList<>();
            for (int index = 0; index < senders; index++) {
                joined.add(ends.sending().sender(scheme + ":stress", options));
            }
            List<Waiting<Boolean>> sending = new ArrayList<>();
            for (int index = 0; index < senders; index++) {
                long number = index;
                Sender sender = joined.get(index);
                sending.add(Waiting.start(virtual, () -> send(sender, number * each, each)));
            }
            for (Waiting<Boolean> done : sending) {
                assertTrue(done.result());
            }
            BitSet all = new BitSet();
            int count = 0;
            for (Waiting<BitSet> done : receiving) {
                BitSet seen = done.result();
                count += seen.cardinality();
                all.or(seen);
            }
            assertEquals(senders * each, count);
            assertEquals(senders * each, all.cardinality());
        }
    }

    private static boolean send(Sender sender, long first, int count) throws InterruptedException {
        Random sizes = new Random(SEED + first);
        try (sender) {
            for (long value = first; value < first + count; value++) {
                int words = 1 + sizes.nextInt(SLOT_BYTES / Long.BYTES);
                Claim claim = sender.claim(words * Long.BYTES);
                for (int word = 0; word < words; word++) {
                    claim.segment().setAtIndex(ValueLayout.JAVA_LONG, word, value + word * STEP);
                }
                if (value % 17 == 0) {
                    // An abort in between must leave no trace.
                    claim.abort();
                    claim = sender.claim(Long.BYTES);
                    claim.segment().set(ValueLayout.JAVA_LONG, 0, value);
                }
                claim.commit();
            }
        }
        return true;
    }

    private static BitSet receive(Receiver receiver, int senders, int each, boolean polls) throws InterruptedException {
        BitSet seen = new BitSet();
        long[] newest = new long[senders];
        try (receiver) {
            while (receiver.receive(message -> check(message, seen, newest, each))) {
                if (polls) {
                    int _ = receiver.poll(message -> check(message, seen, newest, each), 3);
                }
            }
        }
        return seen;
    }

    private static void check(MemorySegment message, BitSet seen, long[] newest, int each) {
        long value = message.get(ValueLayout.JAVA_LONG, 0);
        for (int word = 0; word < message.byteSize() / Long.BYTES; word++) {
            assertEquals(value + word * STEP, message.getAtIndex(ValueLayout.JAVA_LONG, word));
        }
        int sender = (int) (value / each);
        assertTrue(value + 1 > newest[sender], "out of order");
        newest[sender] = value + 1;
        seen.set((int) value);
    }
}
