package dev.psyne.channel.internal.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One sender and receivers that come, stay and go, each message checked to its last byte. What is forbidden: a message torn,
 * by the writer or by the wrap; one missing that no loss told of, or told of and seen; and a wake-up lost, which would be
 * the timeout.
 */
@Timeout(120)
class BroadcastStressTest {
    private static final long SEED = 42;
    private static final long STEP = 0x9E37_79B9_7F4A_7C15L;

    @ParameterizedTest
    @CsvSource({
        "mem, BLOCK, 100000, 1024, false",
        "mem, BLOCK, 30000, 1024, true",
        "mem, DROP_OLDEST, 200000, 1024, false",
        "mem, DROP_OLDEST, 200000, 65536, true",
        "ipc, BLOCK, 30000, 1024, false",
        "ipc, DROP_OLDEST, 100000, 4096, false"
    })
    void everyGapIsTheLossThatWasTold(String scheme, Policy policy, int count, long capacity, boolean virtual)
            throws Exception {
        ChannelOptions options = ChannelOptions.of(Topology.BROADCAST)
                .withCapacityBytes(capacity)
                .withPolicy(policy);
        try (Ends ends = new Ends(scheme)) {
            List<Waiting<Reader>> receiving = new ArrayList<>();
            for (int index = 0; index < 2; index++) {
                Receiver receiver = ends.receiving().receiver(scheme + ":stress", options);
                receiving.add(Waiting.start(virtual, () -> receive(new Reader(true), receiver, Integer.MAX_VALUE)));
            }
            Sender sender = ends.sending().sender(scheme + ":stress", options);
            Waiting<Boolean> sending = Waiting.start(virtual, () -> send(sender, count));
            do {
                // Guests join anywhere and leave after a few messages.
                Receiver guest = ends.receiving().receiver(scheme + ":stress", options);
                Reader reader = receive(new Reader(false), guest, 50);
                assertTrue(reader.next <= count);
            } while (!sending.task().isDone());
            assertTrue(sending.result());
            for (Waiting<Reader> each : receiving) {
                Reader reader = each.result();
                assertEquals(count, reader.messages + reader.lost);
                assertEquals(count, reader.next);
                assertTrue(policy == Policy.DROP_OLDEST || reader.lost == 0);
            }
        }
    }

    private static final class Reader implements MessageHandler {
        private long next;
        private long messages;
        private long lost;
        private long told;

        /** A reader that has joined before the first message is sent, or anywhere. */
        Reader(boolean atTheStart) {
            this.next = atTheStart ? 0 : -1;
        }

        @Override
        public void onMessage(MemorySegment message) {
            long value = message.get(ValueLayout.JAVA_LONG, 0);
            if (next >= 0) {
                assertEquals(next + told, value);
            }
            for (int word = 0; word < message.byteSize() / Long.BYTES; word++) {
                assertEquals(value + word * STEP, message.getAtIndex(ValueLayout.JAVA_LONG, word));
            }
            told = 0;
            next = value + 1;
            messages++;
        }

        @Override
        public void onLost(long count) {
            told = count;
            lost += count;
        }
    }

    private static Reader receive(Reader reader, Receiver receiver, int most) throws InterruptedException {
        try (receiver) {
            while (reader.messages < most && receiver.receive(reader)) {
                int _ = receiver.poll(reader, 3);
            }
        }
        return reader;
    }

    private static boolean send(Sender sender, int count) throws InterruptedException {
        Random sizes = new Random(SEED);
        try (sender) {
            int most = Math.min(sender.maxMessageBytes(), 1000) / Long.BYTES;
            for (long value = 0; value < count; value++) {
                int words = 1 + sizes.nextInt(value % 8 == 0 ? most : 8);
                Claim claim = sender.claim(words * Long.BYTES);
                MemorySegment message = claim.segment();
                for (int word = 0; word < words; word++) {
                    message.setAtIndex(ValueLayout.JAVA_LONG, word, value + word * STEP);
                }
                if (value % 17 == 0) {
                    claim.abort();
                    claim = sender.claim(Long.BYTES);
                    claim.segment().set(ValueLayout.JAVA_LONG, 0, value);
                }
                claim.commit();
            }
        }
        return true;
    }
}
