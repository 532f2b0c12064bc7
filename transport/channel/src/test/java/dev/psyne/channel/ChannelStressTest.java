package dev.psyne.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.telemetry.Meters;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    private final Meters meters = Meters.create();
    private final Channels channels = new Channels(meters);

    @AfterEach
    void close() {
        channels.close();
        meters.close();
    }

    private static <T> FutureTask<T> start(boolean virtual, Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread unused =
                virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().start(task);
        return task;
    }

    /** Big and small rings: the first runs mostly free, the last waits on both sides all the time. */
    @ParameterizedTest
    @CsvSource({"1000000, 65536, 200, false", "200000, 1024, 504, false", "200000, 1024, 504, true"})
    void everyMessageArrivesOnceInOrderAndWhole(int count, long capacity, int maxBytes, boolean virtual)
            throws Exception {
        Channel channel = channels.open("mem:stress", ChannelOptions.standard().withCapacityBytes(capacity));
        FutureTask<Long> sending = start(virtual, () -> send(channel.sender(), count, maxBytes));
        FutureTask<Long> receiving = start(virtual, () -> receive(channel.receiver(), count, maxBytes));
        Long received = receiving.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertEquals(sending.get(PATIENCE_SECONDS, TimeUnit.SECONDS), received);
        assertEquals(count, messages("mem:stress"));
    }

    private long messages(String uri) {
        return meters.snapshot().getOrDefault("psyne_channel_messages_total{channel=\"" + uri + "\"}", 0L);
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
    @ValueSource(booleans = {false, true})
    void noWakeUpIsLostBetweenTwoThatAlwaysWait(boolean virtual) throws Exception {
        int rounds = 20_000;
        ChannelOptions options = ChannelOptions.standard().withCapacityBytes(1024);
        Channel there = channels.open("mem:there", options);
        Channel back = channels.open("mem:back", options);
        FutureTask<Boolean> echo = start(virtual, () -> {
            while (there.receiver().receive(message -> {})) {
                back.sender().claim(0).commit();
            }
            back.sender().close();
            return true;
        });
        FutureTask<Boolean> ask = start(virtual, () -> {
            for (int round = 0; round < rounds; round++) {
                there.sender().claim(0).commit();
                assertTrue(back.receiver().receive(message -> {}));
            }
            there.sender().close();
            assertFalse(back.receiver().receive(message -> {}));
            return true;
        });
        assertTrue(ask.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertTrue(echo.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    /** A third thread ends the channel under both sides: each gets the exception, and the JVM lives. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closingUnderBothSidesIsAnExceptionForEach(boolean virtual) throws Exception {
        for (int round = 0; round < 200; round++) {
            Channel channel =
                    channels.open("mem:ending", ChannelOptions.standard().withCapacityBytes(1024));
            FutureTask<Boolean> sending = start(
                    virtual,
                    () -> endsByException(() -> {
                        channel.sender().claim(8).commit();
                    }));
            FutureTask<Boolean> receiving = start(
                    virtual,
                    () -> endsByException(() -> {
                        boolean _ = channel.receiver().receive(message -> {});
                    }));
            long before = messages("mem:ending");
            while (messages("mem:ending") == before) {
                Thread.yield();
            }
            channel.close();
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
