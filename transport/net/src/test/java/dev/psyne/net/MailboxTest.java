package dev.psyne.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MailboxTest {
    @Test
    void deliversInOrderOneAtATime() throws Exception {
        int deliveries = 5_000;
        List<Integer> order = new ArrayList<>();
        AtomicInteger running = new AtomicInteger();
        AtomicBoolean overlapped = new AtomicBoolean();
        CountDownLatch done = new CountDownLatch(deliveries);
        try (Scheduler scheduler = Scheduler.create(2)) {
            Mailbox mailbox = new Mailbox(scheduler, Long.MAX_VALUE, () -> {});
            for (int i = 0; i < deliveries; i++) {
                int number = i;
                assertTrue(mailbox.add(
                        () -> {
                            overlapped.compareAndSet(false, running.incrementAndGet() != 1);
                            order.add(number);
                            running.decrementAndGet();
                            done.countDown();
                        },
                        0));
            }
            TestServer.await(done);
        }
        assertFalse(overlapped.get());
        for (int i = 0; i < deliveries; i++) {
            assertEquals(i, order.get(i));
        }
    }

    @Test
    void saysOnceWhenItIsFullAndOnceWhenItIsHalfEmpty() throws Exception {
        Semaphore turns = new Semaphore(0);
        AtomicInteger delivered = new AtomicInteger();
        AtomicInteger drained = new AtomicInteger();
        long bytes = 1_000 - Mailbox.DELIVERY_BYTES;
        try (Scheduler scheduler = Scheduler.create(1)) {
            Mailbox mailbox = new Mailbox(scheduler, 4_000, drained::incrementAndGet);
            Runnable delivery = () -> {
                turns.acquireUninterruptibly();
                delivered.incrementAndGet();
            };
            for (int i = 1; i <= 6; i++) {
                assertEquals(i <= 4, mailbox.add(delivery, bytes));
            }
            turns.release(3);
            TestServer.await(() -> delivered.get() == 3);
            assertEquals(0, drained.get());
            turns.release(1);
            TestServer.await(() -> drained.get() == 1);
            assertTrue(mailbox.add(delivery, bytes));
            turns.release(3);
            TestServer.await(() -> delivered.get() == 7);
            assertEquals(1, drained.get());
        }
    }
}
