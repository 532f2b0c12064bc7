package dev.psyne.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two threads and many messages, each checked to its last byte. What is forbidden: a message seen before all of it is
 * written, or overwritten while it is read; one lost, doubled or out of order; and a wake-up lost, which would be the
 * timeout.
 */
@Timeout(120)
class ChannelStressTest {
    private static final long PATIENCE_SECONDS = 100;
    private static final long SEED = 42;
    private static final long STEP = 0x9E37_79B9_7F4A_7C15L;

    private final List<Ends> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(Ends::close);
    }

    private Ends ends(String scheme) {
        Ends ends = new Ends(scheme);
        open.add(ends);
        return ends;
    }

    private static <T> FutureTask<T> start(boolean virtual, Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread unused =
                virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().start(task);
        return task;
    }

    /** Big and small rings: the first runs mostly free, the last waits on both sides all the time. */
    @ParameterizedTest
    @CsvSource({
        "mem, ONE_TO_ONE, 1000000, 65536, 200, false",
        "mem, ONE_TO_ONE, 200000, 1024, 504, false",
        "mem, MANY_TO_ONE, 200000, 1024, 504, true",
        "ipc, ONE_TO_ONE, 200000, 1024, 504, true",
        "ipc, MANY_TO_ONE, 200000, 1024, 504, false"
    })
    void everyMessageArrivesOnceInOrderAndWhole(
            String scheme, Topology topology, int count, long capacity, int maxBytes, boolean virtual)
            throws Exception {
        Ends ends = ends(scheme);
        ChannelOptions options = ChannelOptions.of(topology).withCapacityBytes(capacity);
        Receiver receiver = ends.receiving().receiver(scheme + ":stress", options);
        Sender sender = ends.sending().sender(scheme + ":stress", options);
        FutureTask<Long> sending = start(virtual, () -> send(sender, count, maxBytes));
        FutureTask<Long> receiving = start(virtual, () -> receive(receiver, count, maxBytes));
        Long received = receiving.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertEquals(sending.get(PATIENCE_SECONDS, TimeUnit.SECONDS), received);
    }

    private static long send(Sender sender, int count, int maxBytes) throws InterruptedException {
        Random sizes = new Random(SEED);
        long bytes = 0;
        for (int index = 0; index < count; index++) {
            int size = sizes.nextInt(maxBytes + 1);
            Claim claim = sender.claim(size);
            write(claim.segment(), index);
            if (index % 17 == 0) {
                // An abort in between must leave no trace.
                claim.abort();
                claim = sender.claim(size);
                write(claim.segment(), index);
            }
            claim.commit();
            bytes += size;
        }
        sender.close();
        return bytes;
    }

    private static long receive(Receiver receiver, int count, int maxBytes) throws InterruptedException {
        Random sizes = new Random(SEED);
        long[] figures = new long[2];
        MessageHandler check = message -> {
            int size = sizes.nextInt(maxBytes + 1);
            assertEquals(size, message.byteSize());
            check(message, figures[0]);
            figures[0]++;
            figures[1] += size;
        };
        // A failed check closes the receiver, so that the sender does not wait for ever.
        try (receiver) {
            while (receiver.receive(check)) {
                int _ = receiver.poll(check, 10);
            }
        }
        assertEquals(count, figures[0]);
        return figures[1];
    }

    private static void write(MemorySegment message, long index) {
        long word = index * STEP;
        long at = 0;
        for (; at + Long.BYTES <= message.byteSize(); at += Long.BYTES) {
            message.set(ValueLayout.JAVA_LONG, at, word += STEP);
        }
        for (; at < message.byteSize(); at++) {
            message.set(ValueLayout.JAVA_BYTE, at, (byte) (index + at));
        }
    }

    private static void check(MemorySegment message, long index) {
        long word = index * STEP;
        long at = 0;
        boolean whole = true;
        for (; at + Long.BYTES <= message.byteSize(); at += Long.BYTES) {
            whole &= message.get(ValueLayout.JAVA_LONG, at) == (word += STEP);
        }
        for (; at < message.byteSize(); at++) {
            whole &= message.get(ValueLayout.JAVA_BYTE, at) == (byte) (index + at);
        }
        assertTrue(whole, "message " + index + " is torn");
    }

    /** Each side waits for every message: a lost wake-up ends it at once. */
    @ParameterizedTest
    @CsvSource({"mem, false", "mem, true", "ipc, false", "ipc, true"})
    void noWakeUpIsLostBetweenTwoThatAlwaysWait(String scheme, boolean virtual) throws Exception {
        int rounds = 20_000;
        ChannelOptions options = ChannelOptions.standard().withCapacityBytes(1024);
        Ends ends = ends(scheme);
        Sender ask = ends.sending().sender(scheme + ":there", options);
        Receiver answer = ends.sending().receiver(scheme + ":back", options);
        Receiver asked = ends.receiving().receiver(scheme + ":there", options);
        Sender answering = ends.receiving().sender(scheme + ":back", options);
        FutureTask<Boolean> echo = start(virtual, () -> {
            while (asked.receive(message -> {})) {
                answering.claim(0).commit();
            }
            answering.close();
            return true;
        });
        FutureTask<Boolean> asking = start(virtual, () -> {
            for (int round = 0; round < rounds; round++) {
                ask.claim(0).commit();
                assertTrue(answer.receive(message -> {}));
            }
            ask.close();
            assertFalse(answer.receive(message -> {}));
            return true;
        });
        assertTrue(asking.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertTrue(echo.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    /** A third thread ends the channel under both sides: each gets the exception, and the JVM lives. */
    @ParameterizedTest
    @CsvSource({"mem, ONE_TO_ONE, false", "mem, MANY_TO_ONE, true", "ipc, ONE_TO_ONE, false", "ipc, MANY_TO_ONE, true"})
    void closingUnderBothSidesIsAnExceptionForEach(String scheme, Topology topology, boolean virtual) throws Exception {
        Ends ends = ends(scheme);
        ChannelOptions options = ChannelOptions.of(topology).withCapacityBytes(1024);
        for (int round = 0; round < 200; round++) {
            AtomicInteger received = new AtomicInteger();
            Receiver receiver = ends.receiving().receiver(scheme + ":ending", options);
            Sender sender = ends.sending().sender(scheme + ":ending", options);
            FutureTask<Boolean> sending = start(
                    virtual,
                    () -> endsByException(() -> {
                        sender.claim(8).commit();
                    }));
            FutureTask<Boolean> receiving = start(
                    virtual,
                    () -> endsByException(() -> {
                        boolean _ = receiver.receive(message -> received.incrementAndGet());
                    }));
            while (received.get() == 0) {
                Thread.yield();
            }
            receiver.close();
            sender.close();
            assertTrue(sending.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
            assertTrue(receiving.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private static boolean endsByException(Step step) throws InterruptedException {
        while (true) {
            try {
                step.run();
            } catch (ChannelClosedException closed) {
                return true;
            }
        }
    }
}
