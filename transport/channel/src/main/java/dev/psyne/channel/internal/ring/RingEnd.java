package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelClosedException;
import dev.psyne.channel.PeerDiedException;
import dev.psyne.platform.ProcessBarrier;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What sender and receiver have in common: a place in the ring, an end, and how they wait.
 *
 * <p>An operation may use bare addresses between {@link #enter} and {@link #exit}. Another thread that closes the end says
 * so and leaves on its behalf only if no operation is under way; otherwise the operation leaves as it exits. Both write one
 * word and read the other's: the operation with the free half of the fence, the closer with the dear one. So an operation
 * either sees the end closed, or is seen and waited for; nobody blocks.
 *
 * <p>No wake-up is lost, by the same argument: the waiter writes its bit and looks once more; the other side publishes and
 * looks for bits.
 */
abstract class RingEnd extends OwnLines {
    static final long FOREVER = Long.MAX_VALUE;

    /** Turns a platform thread spins at least before it sleeps, one or two microseconds: less than a sleep costs. */
    private static final int FEWEST_SPINS = 64;

    /** Turns it spins at most: less than a tenth of a millisecond. */
    private static final int MOST_SPINS = 4096;

    /** A sleep shorter than this, in nanoseconds, had better been spun through; next time it is. */
    private static final long SHORT_SLEEP_NANOS = 50_000;

    private static final VarHandle OPERATIONS;
    private static final VarHandle CLOSED;

    static {
        try {
            OPERATIONS = MethodHandles.lookup().findVarHandle(RingEnd.class, "operations", int.class);
            CLOSED = MethodHandles.lookup().findVarHandle(RingEnd.class, "closed", boolean.class);
        } catch (ReflectiveOperationException missing) {
            throw new ExceptionInInitializerError(missing);
        }
    }

    private final Ring ring;
    private final Participant participant;
    private final AtomicReference<@Nullable Thread> waiter = new AtomicReference<>();
    private final AtomicBoolean leaving = new AtomicBoolean();
    private volatile boolean left;
    private int operations;
    private int deathsSeen;
    private int spins = FEWEST_SPINS;
    private boolean closed;

    RingEnd(Ring ring, Side side) {
        this.ring = ring;
        this.participant = ring.join(side, this);
        this.deathsSeen = ring.deaths(side.other());
    }

    /** Reads where the ring stands, once this end has joined. */
    abstract void open();

    final Ring ring() {
        return ring;
    }

    final Participant participant() {
        return participant;
    }

    /** Adds to a figure of this participant, which it alone writes. */
    final void count(long figure, long amount) {
        long address = participant.address() + figure;
        RingMemory.put(address, RingMemory.get(address) + amount);
    }

    /** The address it was opened with. */
    public final String uri() {
        return ring.uri();
    }

    /** Without an order of its own: the fences around an operation give it the one it needs. */
    final boolean isClosed() {
        return (boolean) CLOSED.getOpaque(this);
    }

    /**
     * Begins an operation; it may be one within another.
     *
     * @throws ChannelClosedException if this end is closed
     */
    final void enter() {
        operations++;
        ProcessBarrier.light();
        if (isClosed()) {
            exit();
            throw closedException();
        }
    }

    /** Ends an operation. */
    final void exit() {
        OPERATIONS.setRelease(this, operations - 1);
        ProcessBarrier.light();
        if (isClosed() && operations == 0) {
            leave();
        }
    }

    final ChannelClosedException closedException() {
        return new ChannelClosedException("the " + participant.side().word() + " of " + uri() + " is closed");
    }

    /** Leaves the ring, once no operation is under way; a second close only tries again to give memory back. */
    public final void close() {
        if (left) {
            ring.closeUnused();
            return;
        }
        CLOSED.setVolatile(this, true);
        ProcessBarrier.heavy();
        if ((int) OPERATIONS.getAcquire(this) == 0) {
            leave();
        } else {
            ring.wakeUnlessLeft(this);
        }
    }

    /** Whether the user's code runs within an operation, which may take any time. */
    boolean isInHandler() {
        return false;
    }

    final boolean hasLeft() {
        return left;
    }

    /** Whether leaving has begun; the ring's memory may be gone. */
    final boolean isLeaving() {
        return leaving.get();
    }

    private void leave() {
        if (leaving.compareAndSet(false, true)) {
            try {
                beforeLeaving();
            } finally {
                ring.leave(this);
                left = true;
            }
        }
    }

    /** Publishes what this end has kept to itself. No operation is under way. */
    abstract void beforeLeaving();

    /** Whether somebody of the other side died since the last call or since this end joined. */
    final boolean isPeerLost() {
        return ring.deaths(participant.side().other()) != deathsSeen;
    }

    /** Tells of each death once. */
    final void checkPeerLost() {
        if (isPeerLost()) {
            deathsSeen++;
            ring.checkUndamaged();
            throw new PeerDiedException(uri(), participant.side().other().word());
        }
    }

    /**
     * Waits within an operation until the condition holds or this end is closed. A virtual thread does not spin, its
     * carrier has better things to do.
     *
     * @param deadline in the terms of {@link System#nanoTime()}, or {@link #FOREVER}
     * @return false if the deadline came first
     */
    final boolean await(BooleanSupplier condition, long deadline) throws InterruptedException {
        Thread current = Thread.currentThread();
        boolean isVirtual = current.isVirtual();
        if (!isVirtual && spin(condition, spins)) {
            return true;
        }
        Thread other = waiter.compareAndExchange(null, current);
        if (other != null) {
            throw new IllegalStateException("two threads use one end of a channel: " + current + " and " + other);
        }
        boolean found = false;
        long begin = System.nanoTime();
        try {
            found = sleepUntil(condition, deadline, isVirtual);
            return found;
        } finally {
            boolean isShort = System.nanoTime() - begin < SHORT_SLEEP_NANOS;
            spins = isShort ? Math.min(2 * spins, MOST_SPINS) : Math.max(spins / 2, FEWEST_SPINS);
            participant.setWakeWord(0);
            RingMemory.and(ring.waitingAddress(participant.side()), ~participant.bit());
            waiter.set(null);
            afterWaiting(found);
        }
    }

    /**
     * Called when this end has slept, or was about to, and is no longer among the sleepers: it may have been woken in
     * another's place.
     *
     * @param found false if it gives up, because the time is over or its thread was interrupted
     */
    void afterWaiting(boolean found) {}

    /**
     * Sleeps. A virtual thread makes sure by the heavy fence that whoever published when it missed this end's bit is not missed
     * in turn. A platform thread spares the other side the interrupt: what was published shows within the spins. Where no fence
     * holds for certain the sleep is short until what any core has written must have been seen.
     */
    private boolean sleepUntil(BooleanSupplier condition, long deadline, boolean isVirtual)
            throws InterruptedException {
        Neighbours neighbours = ring.neighbours();
        boolean isFenced = isVirtual && !neighbours.reachOtherProcesses();
        long armed = 0;
        while (true) {
            int word = neighbours.prepare(participant);
            participant.setWakeWord(word);
            long before = RingMemory.getAndOr(ring.waitingAddress(participant.side()), participant.bit());
            boolean isNew = (before & participant.bit()) == 0;
            if (isNew) {
                armed = System.nanoTime();
                fence(isVirtual, neighbours);
            }
            if (spin(condition, isNew && !isVirtual ? FEWEST_SPINS : 1)) {
                return true;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long now = System.nanoTime();
            long nanos = deadline == FOREVER ? FOREVER : deadline - now;
            if (nanos <= 0) {
                return false;
            }
            boolean isBlind = !isFenced && now - armed < ProcessBarrier.SETTLED_NANOS;
            neighbours.sleep(participant, word, isBlind ? Math.min(nanos, ProcessBarrier.SETTLED_NANOS) : nanos);
            // Mostly it was woken for good: to arm again first would cost a fence.
            if (condition.getAsBoolean() || isClosed()) {
                return true;
            }
        }
    }

    private static void fence(boolean isVirtual, Neighbours neighbours) {
        if (!isVirtual) {
            VarHandle.fullFence();
        } else if (neighbours.reachOtherProcesses()) {
            ProcessBarrier.heavyEverywhere();
        } else {
            ProcessBarrier.heavy();
        }
    }

    private boolean spin(BooleanSupplier condition, int turns) {
        for (int turn = 0; turn < turns; turn++) {
            if (condition.getAsBoolean() || isClosed()) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }
}
