package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.psyne.fiber.Scheduler;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CreditTest {
    /** Forbids a grant that is counted but wakes nobody, and an acquire that is counted twice. */
    @Test
    void noGrantIsLostBetweenManyThatWait() throws InterruptedException {
        int fibers = 8;
        int each = 5_000;
        Credit credit = new Credit(0, fibers * each);
        AtomicInteger acquired = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(fibers);
        try (Scheduler scheduler = Scheduler.create(2)) {
            for (int i = 0; i < fibers; i++) {
                scheduler.spawn(() -> {
                    acquire(credit, each, acquired);
                    done.countDown();
                });
            }
            for (int granted = 0; granted < fibers * each; granted += 10) {
                credit.grant(10);
            }
            done.await(50, TimeUnit.SECONDS);
        }
        assertEquals(fibers * each, acquired.get());
        assertEquals(0, credit.available());
    }

    @Test
    void closingWakesEveryoneWhoWaits() throws InterruptedException {
        Credit credit = new Credit(0, 10);
        CountDownLatch begun = new CountDownLatch(4);
        CountDownLatch cancelled = new CountDownLatch(4);
        try (Scheduler scheduler = Scheduler.create(2)) {
            for (int i = 0; i < 4; i++) {
                scheduler.spawn(() -> {
                    begun.countDown();
                    assertThrows(CallCancelledException.class, credit::acquire);
                    cancelled.countDown();
                });
            }
            begun.await();
            credit.close();
            cancelled.await();
        }
        assertThrows(CallCancelledException.class, credit::acquire);
    }

    @Test
    void closedCreditIsNotUsedUpFirst() {
        Credit credit = new Credit(5, 10);
        credit.close();
        assertThrows(CallCancelledException.class, credit::acquire);
    }

    @Test
    void grantsAreBounded() {
        Credit credit = new Credit(0, 10);
        credit.grant(10);
        assertEquals(
                "credit_exceeded",
                assertThrows(RpcException.class, () -> credit.grant(1)).code());
        assertThrows(RpcException.class, () -> credit.grant(Integer.MAX_VALUE));
        assertThrows(IllegalArgumentException.class, () -> credit.grant(0));
        assertThrows(IllegalArgumentException.class, () -> credit.grant(-1));
        assertEquals(10, credit.available());
    }

    private static void acquire(Credit credit, int times, AtomicInteger acquired) {
        try {
            for (int i = 0; i < times; i++) {
                credit.acquire();
                acquired.incrementAndGet();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
