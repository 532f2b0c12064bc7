package dev.psyne.hypha.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.hypha.HyphaLimits;
import dev.psyne.hypha.internal.router.Lane;
import dev.psyne.hypha.internal.router.OutgoingFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final HyphaLimits LIMITS = HyphaLimits.builder()
            .pauseBytes(2_000)
            .outboxBytes(10_000)
            .allOutboxBytes(20_000)
            .build();

    private final Scheduler scheduler = Scheduler.create(2);
    private final RecordedSocket socket = new RecordedSocket();
    private final List<Outbox> all = new ArrayList<>();
    private final SendRoom room = new SendRoom(LIMITS.allOutboxBytes(), this::largest);

    @AfterEach
    void close() {
        all.forEach(Outbox::close);
        scheduler.close();
    }

    @Test
    void aFrameGoesStraightToTheSocketWhileTheClientReads() {
        Outbox outbox = outbox(socket);
        outbox.start();
        outbox.add(OutgoingFrame.of(new byte[] {1}), Lane.CALLS);
        assertEquals(1, socket.sent());
        assertEquals(0, room.used());
    }

    @Test
    void nothingLeavesBeforeTheStart() {
        Outbox outbox = outbox(socket);
        outbox.add(OutgoingFrame.of(new byte[] {1}), Lane.CALLS);
        outbox.add(OutgoingFrame.of(new byte[] {2}), Lane.CALLS);
        assertEquals(0, socket.sent());
        outbox.start();
        await(() -> socket.sent() == 2);
        assertEquals(1, socket.frames.get(0)[0]);
        await(() -> outbox.waitingBytes() == 0);
        assertEquals(0, room.used());
    }

    @Test
    void lanesGoInTheirOrderAndKeepTheOrderInside() {
        Outbox outbox = outbox(socket);
        outbox.add(OutgoingFrame.of(new byte[] {5}), Lane.BULK);
        outbox.add(OutgoingFrame.of(new byte[] {3}), Lane.CALLS);
        outbox.add(OutgoingFrame.of(new byte[] {4}), Lane.CALLS);
        outbox.add(OutgoingFrame.of(new byte[] {1}), Lane.CONTROL);
        outbox.start();
        await(() -> socket.sent() == 4);
        assertEquals(
                List.of(1, 3, 4, 5),
                socket.frames.stream().map(frame -> (int) frame[0]).toList());
    }

    @Test
    void aClientThatReadsNothingIsClosedWhenTooMuchWaits() {
        socket.reading = new CountDownLatch(1);
        socket.queued = 1 << 20;
        Outbox outbox = outbox(socket);
        outbox.start();
        for (int i = 0; i < 30 && socket.isOpen(); i++) {
            outbox.add(OutgoingFrame.of(new byte[1_000]), Lane.CALLS);
        }
        assertEquals(1008, socket.closeCode);
        assertTrue(String.valueOf(socket.closeReason).contains("10000 bytes wait"), socket.closeReason);
        assertEquals(0, room.used());
        outbox.add(OutgoingFrame.of(new byte[1]), Lane.CALLS);
        assertEquals(0, room.used());
    }

    @Test
    void whoSendsMoreWaitsUntilThereIsRoomAgain() throws InterruptedException {
        Outbox outbox = outbox(socket);
        outbox.add(OutgoingFrame.of(new byte[3_000]), Lane.CALLS);
        CountDownLatch waited = new CountDownLatch(1);
        Thread sender = Thread.ofVirtual().start(() -> {
            outbox.awaitRoom();
            waited.countDown();
        });
        await(() -> sender.getState() == Thread.State.WAITING);
        outbox.start();
        waited.await();
    }

    @Test
    void whoWaitsForAClientThatGoesIsLetGo() throws InterruptedException {
        Outbox outbox = outbox(socket);
        outbox.add(OutgoingFrame.of(new byte[3_000]), Lane.CALLS);
        Thread sender = Thread.ofVirtual().start(outbox::awaitRoom);
        await(() -> sender.getState() == Thread.State.WAITING);
        assertTrue(outbox.close());
        sender.join();
        assertFalse(outbox.close());
    }

    @Test
    void whenTheMemoryIsFullTheOneWithMostOfItIsClosed() {
        RecordedSocket greedy = new RecordedSocket();
        Outbox most = outbox(greedy);
        Outbox little = outbox(socket);
        Outbox some = outbox(new RecordedSocket());
        for (int i = 0; i < 9; i++) {
            most.add(OutgoingFrame.of(new byte[1_000]), Lane.CALLS);
        }
        for (int i = 0; i < 8; i++) {
            some.add(OutgoingFrame.of(new byte[1_000]), Lane.CALLS);
        }
        assertNull(greedy.closeReason);
        for (int i = 0; i < 3; i++) {
            little.add(OutgoingFrame.of(new byte[1_000]), Lane.CALLS);
        }
        assertNotNull(greedy.closeReason);
        assertNull(socket.closeReason);
        assertEquals(3 * 1_064, little.waitingBytes());
        assertEquals(11 * 1_064, room.used());
    }

    private Outbox outbox(RecordedSocket to) {
        Outbox outbox = new Outbox(to, scheduler, LIMITS, room);
        all.add(outbox);
        return outbox;
    }

    private Outbox largest() {
        return all.stream()
                .max((a, b) -> Long.compare(a.waitingBytes(), b.waitingBytes()))
                .orElseThrow();
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }
}
