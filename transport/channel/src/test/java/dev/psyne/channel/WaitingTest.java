package dev.psyne.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.channel.internal.ring.RingPeek;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Either side waiting for the other, on platform threads and on virtual ones. */
@Timeout(60)
@ParameterizedClass
@CsvSource({"mem, ONE_TO_ONE", "mem, MANY_TO_ONE", "ipc, ONE_TO_ONE", "ipc, MANY_TO_ONE"})
class WaitingTest {
    private static final MessageHandler IGNORE = _ -> {};
    private static final long PATIENCE_SECONDS = 30;

    private final Topology topology;
    private final Ends ends;
    private final Sender sender;
    private final Receiver receiver;

    WaitingTest(String scheme, Topology topology) {
        this.topology = topology;
        this.ends = new Ends(scheme);
        ChannelOptions options = ChannelOptions.of(topology).withCapacityBytes(1024);
        this.sender = ends.sending().sender(scheme + ":test", options);
        this.receiver = ends.receiving().receiver(scheme + ":test", options);
    }

    @AfterEach
    void close() {
        ends.close();
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
    private Waiting startAndAwaitParked(boolean virtual, Callable<Boolean> call) {
        Waiting waiting = start(virtual, call);
        while (!RingPeek.isSleeping(sender) && !RingPeek.isSleeping(receiver)) {
            assertFalse(waiting.task.isDone(), "it was to wait");
            Thread.yield();
        }
        return waiting;
    }

    private int fill() throws InterruptedException {
        int sent = 0;
        for (int room = topology == Topology.ONE_TO_ONE ? 1016 : 1024; room >= 16; room -= 16) {
            sender.claim(8).commit();
            sent++;
        }
        return sent;
    }

    private boolean claimAndCommit() throws InterruptedException {
        sender.claim(8).commit();
        return true;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReceiverWaitsForAMessage(boolean virtual) throws Exception {
        Waiting receiving = startAndAwaitParked(virtual, () -> receiver.receive(IGNORE));
        sender.offer(MemorySegment.ofArray(new byte[3]));
        assertTrue(receiving.result());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSenderWaitsForRoom(boolean virtual) throws Exception {
        int sent = fill();
        Waiting sending = startAndAwaitParked(virtual, this::claimAndCommit);
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
    void closingAReceiverFailsWhoeverWaitsInIt(boolean virtual) throws Exception {
        Waiting receiving = startAndAwaitParked(virtual, () -> receiver.receive(IGNORE));
        receiver.close();
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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWaitEndsAtItsDeadline(boolean virtual) throws Exception {
        Waiting receiving = start(virtual, () -> receiver.receive(IGNORE, Duration.ofMillis(5)));
        assertInstanceOf(TimeoutException.class, receiving.failure());
        int sent = fill();
        Waiting sending = start(virtual, () -> {
            sender.claim(8, Duration.ofMillis(5)).commit();
            return true;
        });
        assertInstanceOf(TimeoutException.class, sending.failure());
        assertEquals(sent, receiver.poll(IGNORE, 1000));
        sender.claim(8, Duration.ofSeconds(PATIENCE_SECONDS)).commit();
        assertTrue(receiver.receive(IGNORE, Duration.ofSeconds(PATIENCE_SECONDS)));
    }

    /** If waiting held a carrier, the receivers alone would hold them all and nothing would ever be sent. */
    @Test
    void manyMoreVirtualThreadsWaitThanThereAreCarriers() throws Exception {
        int count = 20 * Runtime.getRuntime().availableProcessors();
        String scheme = sender.uri().substring(0, 3);
        ChannelOptions options = ChannelOptions.of(topology).withCapacityBytes(1024);
        List<Sender> senders = new ArrayList<>();
        List<Waiting> receiving = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            Receiver each = ends.receiving().receiver(scheme + ":each" + index, options);
            senders.add(ends.sending().sender(scheme + ":each" + index, options));
            Waiting waiting = start(true, () -> each.receive(IGNORE));
            while (!RingPeek.isSleeping(each)) {
                assertFalse(waiting.task.isDone(), "it was to wait");
                Thread.yield();
            }
            receiving.add(waiting);
        }
        for (Sender each : senders) {
            Waiting sending = start(true, () -> {
                each.claim(8).commit();
                return true;
            });
            assertTrue(sending.result());
        }
        for (Waiting each : receiving) {
            assertTrue(each.result());
        }
    }
}
