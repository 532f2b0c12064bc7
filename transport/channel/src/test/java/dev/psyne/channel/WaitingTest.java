package dev.psyne.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.telemetry.Meters;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Either side waiting for the other, on platform threads and on virtual ones. */
@Timeout(60)
class WaitingTest {
    private static final MessageHandler IGNORE = _ -> {};
    private static final long PATIENCE_SECONDS = 30;

    private final Meters meters = Meters.create();
    private final Channels channels = new Channels(meters);
    private final Channel channel =
            channels.open("mem:test", ChannelOptions.standard().withCapacityBytes(1024));
    private final Sender sender = channel.sender();
    private final Receiver receiver = channel.receiver();

    @AfterEach
    void close() {
        channels.close();
        meters.close();
    }

    private record Waiting(Thread thread, FutureTask<Boolean> task) {
        boolean result() throws Exception {
            return Boolean.TRUE.equals(task.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }

        @Nullable
        Throwable failure() {
            return assertThrows(ExecutionException.class, this::result).getCause();
        }
    }

    private static Waiting start(boolean virtual, Callable<Boolean> call) {
        FutureTask<Boolean> task = new FutureTask<>(call);
        Thread thread =
                virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().start(task);
        return new Waiting(thread, task);
    }

    /** Starts a call that is to wait, and returns once its thread is parked. */
    private static Waiting startAndAwaitParked(boolean virtual, Callable<Boolean> call) {
        Waiting waiting = start(virtual, call);
        while (waiting.thread.getState() != Thread.State.WAITING) {
            assertFalse(waiting.task.isDone(), "it was to wait");
            Thread.yield();
        }
        return waiting;
    }

    private int fill() throws InterruptedException {
        int sent = 0;
        for (int room = 1024; room >= 16; room -= 16) {
            sender.claim(8).commit();
            sent++;
        }
        return sent;
    }

    private boolean claimAndCommit() throws InterruptedException {
        sender.claim(8).commit();
        return true;
    }

    private long waits(String side) {
        return meters.snapshot()
                .getOrDefault("psyne_channel_waits_total{channel=\"mem:test\",side=\"" + side + "\"}", -1L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReceiverWaitsForAMessage(boolean virtual) throws Exception {
        Waiting receiving = startAndAwaitParked(virtual, () -> receiver.receive(IGNORE));
        assertEquals(1, waits("receiver"));
        sender.offer(MemorySegment.ofArray(new byte[3]));
        assertTrue(receiving.result());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSenderWaitsForRoom(boolean virtual) throws Exception {
        int sent = fill();
        Waiting sending = startAndAwaitParked(virtual, this::claimAndCommit);
        assertEquals(1, waits("sender"));
        assertEquals(sent, receiver.poll(IGNORE, sent));
        assertTrue(sending.result());
        assertEquals(1, receiver.poll(IGNORE, 10));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theEndOfTheStreamWakesAReceiver(boolean virtual) throws Exception {
        Waiting receiving = startAndAwaitParked(virtual, () -> receiver.receive(IGNORE));
        sender.close();
        assertFalse(receiving.result());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClosedReceiverFailsAWaitingClaim(boolean virtual) throws Exception {
        fill();
        Waiting sending = startAndAwaitParked(virtual, this::claimAndCommit);
        receiver.close();
        assertInstanceOf(ChannelClosedException.class, sending.failure());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closingTheChannelFailsWhoeverWaits(boolean virtual) throws Exception {
        Waiting receiving = startAndAwaitParked(virtual, () -> receiver.receive(IGNORE));
        channel.close();
        assertInstanceOf(ChannelClosedException.class, receiving.failure());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterruptEndsAWaitAndLosesNothing(boolean virtual) throws Exception {
        Waiting receiving = startAndAwaitParked(virtual, () -> receiver.receive(IGNORE));
        receiving.thread.interrupt();
        assertInstanceOf(InterruptedException.class, receiving.failure());
        int sent = fill();
        Waiting sending = startAndAwaitParked(virtual, this::claimAndCommit);
        sending.thread.interrupt();
        assertInstanceOf(InterruptedException.class, sending.failure());
        assertEquals(sent, receiver.poll(IGNORE, 1000));
        sender.claim(8).commit();
        assertTrue(receiver.receive(IGNORE));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void twoThreadsAtOneEndAreToldApart(boolean virtual) throws Exception {
        Waiting first = startAndAwaitParked(virtual, () -> receiver.receive(IGNORE));
        Waiting second = start(virtual, () -> receiver.receive(IGNORE));
        assertInstanceOf(IllegalStateException.class, second.failure());
        sender.claim(8).commit();
        assertTrue(first.result());
    }

    /** If waiting held a carrier, the receivers alone would hold them all and nothing would ever be sent. */
    @Test
    void manyMoreVirtualThreadsWaitThanThereAreCarriers() throws Exception {
        int count = 20 * Runtime.getRuntime().availableProcessors();
        List<Channel> open = new ArrayList<>();
        List<Waiting> receiving = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            Channel each =
                    channels.open("mem:each/" + index, ChannelOptions.standard().withCapacityBytes(1024));
            open.add(each);
            receiving.add(startAndAwaitParked(true, () -> each.receiver().receive(IGNORE)));
        }
        for (Channel each : open) {
            Waiting sending = start(true, () -> {
                each.sender().claim(8).commit();
                return true;
            });
            assertTrue(sending.result());
        }
        for (Waiting each : receiving) {
            assertTrue(each.result());
        }
    }
}
