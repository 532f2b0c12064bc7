package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkDequeTest {
    private static final int LIMIT = 1000;
    private static final int ITEMS = 300_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void behavesAsAPlainDeque(long seed) {
        Random random = new Random(seed);
        ArrayDeque<Integer> reference = new ArrayDeque<>();
        WorkDeque<Integer> deque = new WorkDeque<>(LIMIT);
        for (int step = 0; step < 100_000; step++) {
            // The bias turns now and then, so that the deque fills, grows and runs empty.
            int pushes = step / 5000 % 2 == 0 ? 5 : 3;
            switch (random.nextInt(8)) {
                case 0 -> assertEquals(reference.pollLast(), deque.pop());
                case 1 -> assertEquals(reference.pollFirst(), deque.steal());
                case 2 -> assertEquals(reference.pollFirst(), deque.poll());
                default -> {
                    if (random.nextInt(5) < pushes) {
                        boolean room = reference.size() < LIMIT;
                        assertEquals(room, deque.push(step));
                        if (room) {
                            reference.addLast(step);
                        }
                    } else {
                        assertEquals(reference.pollLast(), deque.pop());
                    }
                }
            }
            assertEquals(reference.size(), deque.size());
            assertEquals(reference.peekLast(), deque.peek());
        }
    }

    @Test
    void aLimitBelowTheFirstCapacityHolds() {
        WorkDeque<Integer> deque = new WorkDeque<>(2);
        assertTrue(deque.push(1));
        assertTrue(deque.push(2));
        assertFalse(deque.push(3));
        assertEquals(2, deque.pop());
        assertTrue(deque.push(4));
        assertEquals(1, deque.steal());
        assertEquals(4, deque.pop());
        assertNull(deque.pop());
        assertNull(deque.steal());
        assertNull(deque.peek());
    }

    /**
     * Forbids that an item is taken twice (the pop of the last item overtaking the thief's claim) or not at all (a thief
     * reading a slot before the push that fills it, or from a ring that has been outgrown).
     */
    @Test
    void ownerAndThievesTakeEachItemOnce() throws InterruptedException {
        WorkDeque<Integer> deque = new WorkDeque<>(ITEMS);
        AtomicIntegerArray taken = new AtomicIntegerArray(ITEMS);
        AtomicBoolean pushed = new AtomicBoolean();
        Thread[] thieves = new Thread[2];
        for (int i = 0; i < thieves.length; i++) {
            thieves[i] = Thread.ofPlatform().start(() -> {
                while (!pushed.get() || deque.size() > 0) {
                    count(taken, deque.steal());
                }
            });
        }
        Random random = new Random(7);
        int next = 0;
        while (next < ITEMS) {
            for (int burst = random.nextInt(400); burst > 0 && next < ITEMS; burst--) {
                assertTrue(deque.push(next++));
            }
            for (int burst = random.nextInt(400); burst > 0; burst--) {
                count(taken, deque.pop());
            }
        }
        pushed.set(true);
        for (Thread thief : thieves) {
            thief.join();
        }
        for (int i = 0; i < ITEMS; i++) {
            assertEquals(1, taken.get(i));
        }
    }

    private static void count(AtomicIntegerArray taken, @org.jspecify.annotations.Nullable Integer item) {
        if (item != null) {
            taken.incrementAndGet(item);
        }
    }
}
