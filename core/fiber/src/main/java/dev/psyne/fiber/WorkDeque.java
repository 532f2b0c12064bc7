package dev.psyne.fiber;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A bounded work-stealing deque: its owner pushes and pops at the bottom, every other thread takes from the top.
 *
 * <p>The algorithm is Chase and Lev, "Dynamic circular work-stealing deque" (SPAA 2005), with the orderings of Lê, Pop,
 * Cohen and Zappa Nardelli, "Correct and efficient work-stealing for weak memory models" (PPoPP 2013). Indices only grow;
 * the slot of an index is its low bits:
 *
 * <pre>
 *   ring   | . . . | job | job | job | . . . |
 *                    top →             ← bottom
 *                    thieves (CAS)       owner (plain store, fence in pop)
 * </pre>
 *
 * <p>A thief cannot clear the slot that it emptied, because the owner may have filled it again; the owner clears such slots
 * when it next finds the deque empty, so a finished job stays reachable no longer than until then.
 *
 * @param <T> what is queued
 */
final class WorkDeque<T> {
    private static final int INITIAL_CAPACITY = 256;
    private static final VarHandle TOP = FieldHandle.of(MethodHandles.lookup(), "top", long.class);
    private static final VarHandle BOTTOM = FieldHandle.of(MethodHandles.lookup(), "bottom", long.class);
    private static final VarHandle RING = FieldHandle.of(MethodHandles.lookup(), "ring", Object[].class);

    private final int limit;
    private volatile long top;
    private volatile long bottom;
    private volatile @Nullable Object[] ring = new Object[INITIAL_CAPACITY];
    private long cleared;
    private long roomEnd;

    /** A deque that holds at most {@code limit} items. */
    WorkDeque(int limit) {
        this.limit = limit;
    }

    /** Owner only: adds at the bottom; false if the deque is full. */
    boolean push(T item) {
        long b = (long) BOTTOM.get(this);
        if (b >= roomEnd && !makeRoom(b)) {
            return false;
        }
        @Nullable Object[] slots = ring;
        slots[slot(b, slots)] = item;
        BOTTOM.setRelease(this, b + 1);
        return true;
    }

    /** Owner only: takes the youngest item. */
    @Nullable
    T pop() {
        long b = (long) BOTTOM.get(this) - 1;
        @Nullable Object[] slots = ring;
        BOTTOM.setOpaque(this, b);
        VarHandle.fullFence();
        long t = (long) TOP.getOpaque(this);
        if (t > b) {
            BOTTOM.setRelease(this, b + 1);
            clear(slots, t);
            return null;
        }
        T item = item(slots, b);
        if (t == b) {
            boolean won = TOP.compareAndSet(this, t, t + 1);
            BOTTOM.setRelease(this, b + 1);
            return won ? item : null;
        }
        slots[slot(b, slots)] = null;
        return item;
    }

    /** Owner only: the youngest item, left where it is. A thief may take it before the owner pops. */
    @Nullable
    T peek() {
        long b = (long) BOTTOM.get(this) - 1;
        return b < top ? null : item(ring, b);
    }

    /** Owner only: takes the oldest item. */
    @Nullable
    T poll() {
        T item = steal();
        if (item == null) {
            clear(ring, top);
        }
        return item;
    }

    /** Any thread: takes the oldest item; null only if the deque was seen empty. */
    @Nullable
    T steal() {
        while (true) {
            long t = top;
            VarHandle.fullFence();
            if (t >= bottom) {
                return null;
            }
            T item = item(ring, t);
            if (TOP.compareAndSet(this, t, t + 1)) {
                return item;
            }
        }
    }

    /** Any thread: an estimate that is exact while nobody else touches the deque. */
    int size() {
        long t = top;
        return (int) Math.max(0, bottom - t);
    }

    /** Thieves write top all the time, so the owner reads it only when there might be no room. */
    private boolean makeRoom(long b) {
        long t = top;
        if (b - t >= limit) {
            return false;
        }
        if (b - t >= ring.length) {
            grow(ring, t, b);
        }
        roomEnd = t + Math.min(limit, ring.length);
        return true;
    }

    private void grow(@Nullable Object[] slots, long t, long b) {
        @Nullable Object[] larger = new Object[slots.length * 2];
        for (long i = t; i < b; i++) {
            larger[slot(i, larger)] = slots[slot(i, slots)];
        }
        RING.setRelease(this, larger);
        cleared = t;
    }

    private void clear(@Nullable Object[] slots, long t) {
        for (long i = Math.max(cleared, t - slots.length); i < t; i++) {
            slots[slot(i, slots)] = null;
        }
        cleared = t;
    }

    private static int slot(long index, @Nullable Object[] slots) {
        return (int) index & (slots.length - 1);
    }

    @SuppressWarnings("unchecked") // only push stores, and it stores a T
    private static <T> @Nullable T item(@Nullable Object[] slots, long index) {
        return (T) slots[slot(index, slots)];
    }
}
