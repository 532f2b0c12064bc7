package dev.psyne.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {
    @Test
    void whatDoesNotFitIsNotReserved() {
        ByteBudget budget = new ByteBudget(100);
        assertTrue(budget.tryReserve(60));
        assertFalse(budget.tryReserve(41));
        assertEquals(60, budget.used());
        assertTrue(budget.tryReserve(40));
        budget.release(100);
        assertEquals(0, budget.used());
        assertEquals(100, budget.limit());
    }

    @Test
    void hugeRequestsDoNotOverflow() {
        ByteBudget budget = new ByteBudget(Long.MAX_VALUE);
        assertTrue(budget.tryReserve(Long.MAX_VALUE - 1));
        assertFalse(budget.tryReserve(Long.MAX_VALUE));
        assertTrue(budget.tryReserve(1));
        assertTrue(budget.tryReserve(0));
    }

    @Test
    void moreThanIsReservedCannotBeReleased() {
        ByteBudget budget = new ByteBudget(100);
        assertTrue(budget.tryReserve(10));
        assertThrows(IllegalStateException.class, () -> budget.release(11));
        assertEquals(10, budget.used());
    }

    @Test
    void negativeNumbersAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ByteBudget(-1));
        ByteBudget budget = new ByteBudget(0);
        assertThrows(IllegalArgumentException.class, () -> budget.tryReserve(-1));
        assertThrows(IllegalArgumentException.class, () -> budget.release(-1));
    }

    @Test
    void manyThreadsNeverExceedTheLimitAndLoseNothing() throws InterruptedException {
        ByteBudget budget = new ByteBudget(1000);
        AtomicBoolean exceeded = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            int bytes = 100 + 100 * thread;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int round = 0; round < 20_000; round++) {
                    if (budget.tryReserve(bytes)) {
                        if (budget.used() > budget.limit()) {
                            exceeded.set(true);
                        }
                        budget.release(bytes);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertFalse(exceeded.get());
        assertEquals(0, budget.used());
    }
}
