package dev.psyne.node;

import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many generations run and wait at once. A caller beyond the running ones waits on its fiber in the order of
 * arrival; a caller beyond the waiting ones is refused at once. Safe for any thread.
 */
final class GenerationSlots {
    private final Semaphore running;
    private final int slots;
    private final int queue;
    private final AtomicInteger admitted = new AtomicInteger();
    private final ConcurrentLinkedQueue<Integer> free = new ConcurrentLinkedQueue<>();

    GenerationSlots(int slots, int queue) {
        this.running = new Semaphore(slots, true);
        this.slots = slots;
        this.queue = queue;
        for (int number = 0; number < slots; number++) {
            free.add(number);
        }
    }

    /**
     * Takes a place among those that run or wait, without waiting.
     *
     * @throws BusyException when there is none
     */
    Admission admit() {
        if (admitted.incrementAndGet() > slots + queue) {
            admitted.decrementAndGet();
            throw new BusyException("the node is busy: " + slots + " questions are being answered and " + queue
                    + " are waiting; try again in a second");
        }
        return new Admission();
    }

    int busy() {
        return slots - running.availablePermits();
    }

    int waiting() {
        return Math.max(0, admitted.get() - busy());
    }

    /** A place among those that run or wait; closing it lets the next one in. */
    final class Admission implements AutoCloseable {
        private boolean closed;

        private Admission() {}

        /** Waits for a slot. */
        Slot acquire() throws InterruptedException {
            running.acquire();
            return new Slot(Objects.requireNonNull(free.poll()));
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                admitted.decrementAndGet();
            }
        }
    }

    /** One running generation; closing it lets the next one run. */
    final class Slot implements AutoCloseable {
        private final int number;
        private boolean closed;

        private Slot(int number) {
            this.number = number;
        }

        /** Which of the slots this is, from 0. */
        int number() {
            return number;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                free.add(number);
                running.release();
            }
        }
    }
}
