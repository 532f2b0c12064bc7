package dev.psyne.fiber;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets items pass one at a time, in the order of their index. At most {@code window} consecutive items are about at once,
 * so each that waits has a place of its own, and only the one whose turn it is gets woken.
 */
final class Turnstile {
    private final AtomicReferenceArray<@Nullable Thread> waiting;
    private final LongPredicate givenUp;
    private volatile long turn;

    /** A turnstile for a run that may give items up; it calls {@link #wakeAll} then. */
    Turnstile(int window, LongPredicate givenUp) {
        this.waiting = new AtomicReferenceArray<>(window);
        this.givenUp = givenUp;
    }

    /**
     * Waits for the item's turn; false if the item is given up.
     *
     * @throws AwaitInterruptedException if the thread is interrupted while it waits
     */
    boolean enter(long item) {
        if (turn != item) {
            int place = (int) (item % waiting.length());
            // Entered first, then looked once more: whoever moves the turn, or gives items up, looks here afterwards.
            waiting.set(place, Thread.currentThread());
            try {
                while (turn != item && !givenUp.test(item)) {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new AwaitInterruptedException("interrupted while item " + item + " waited for its turn");
                    }
                    LockSupport.park(this);
                }
            } finally {
                waiting.set(place, null);
            }
        }
        return !givenUp.test(item);
    }

    /** Ends the turn of the item that has entered. */
    void leave(long item) {
        turn = item + 1;
        LockSupport.unpark(waiting.get((int) ((item + 1) % waiting.length())));
    }

    /** Lets all that wait look whether they are given up. */
    void wakeAll() {
        for (int place = 0; place < waiting.length(); place++) {
            LockSupport.unpark(waiting.get(place));
        }
    }
}
