package dev.psyne.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    @Test
    void noMoreRunAndWaitThanMay() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        try (Scheduler scheduler = Scheduler.create(2)) {
            Admission admission = new Admission(scheduler, 3, 4);
            for (int i = 0; i < 10; i++) {
                Runnable request = () -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    awaitOrFail(go);
                    running.decrementAndGet();
                    done.incrementAndGet();
                };
                assertEquals(i >= 7, admission.isFull());
                assertEquals(i < 7, admission.offer(request));
            }
            assertEquals(3, admission.running());
            assertEquals(4, admission.waiting());
            TestServer.await(() -> running.get() == 3);
            go.countDown();
            TestServer.await(() -> done.get() == 7 && admission.running() == 0);
            assertEquals(3, most.get());
        }
    }

    @Test
    void whatIsWithdrawnNeverRuns() {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        try (Scheduler scheduler = Scheduler.create(1)) {
            Admission admission = new Admission(scheduler, 1, 1);
            Runnable first = () -> awaitOrFail(go);
            Runnable second = ran::incrementAndGet;
            assertTrue(admission.offer(first));
            assertTrue(admission.offer(second));
            assertFalse(admission.withdraw(first));
            assertTrue(admission.withdraw(second));
            assertFalse(admission.withdraw(second));
            go.countDown();
            TestServer.await(() -> admission.running() == 0);
            assertEquals(0, ran.get());
        }
    }

    @Test
    void aClosedSchedulerTakesNoPlace() {
        Scheduler scheduler = Scheduler.create(1);
        Admission admission = new Admission(scheduler, 1, 1);
        scheduler.close();
        assertThrows(RuntimeException.class, () -> admission.offer(() -> {}));
        assertEquals(0, admission.running());
    }

    private static void awaitOrFail(CountDownLatch latch) {
        try {
            TestServer.await(latch);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
