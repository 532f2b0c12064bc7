package dev.psyne.rpc.internal.carrier;

import dev.psyne.fiber.DedicatedThread;
import dev.psyne.rpc.internal.wire.Carrier;
import dev.psyne.rpc.internal.wire.CarrierEvents;
import dev.psyne.rpc.internal.wire.OutgoingMessage;
import dev.psyne.rpc.internal.wire.SendQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Two rings of shared memory, one for each direction. Who waits for an answer reads, so that the answer needs no hand-over: a
 * thread of the system's that calls takes the turn to read, and gives it back with its answer. The carrier's own thread reads what
 * nobody waits for, and steps back while there are calls one after the other; a virtual thread that calls leaves the reading to it.
 */
public final class RingCarrier implements Carrier {
    /** The carrier's own thread leaves the reading to callers for so long after a call. */
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** And for so long while one call follows the other: to look oftener takes time from those who call. */
    private static final long MOST_GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(16);

    /** How long it leaves it to one that has waited longer than that, which wakes it at its end. */
    private static final long STEPPED_BACK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int MESSAGES_PER_TURN = 64;

    private final RingPair rings;
    private final String peer;
    private final boolean spins;
    private final RingOutput output;
    private final RingInput input;
    private final Thread own;
    private final ReadingTurn turn = new ReadingTurn();
    private final AtomicLong callers = new AtomicLong();

    /** Those who wait and do not read, and streams. */
    private final AtomicInteger dependents = new AtomicInteger();

    private final AtomicBoolean ended = new AtomicBoolean();

    /** Both rings are; what they lie in may go. */
    private volatile boolean closed;

    private RingCarrier(
            RingPair rings,
            String peer,
            boolean spins,
            SendQueue queue,
            int pieceBytes,
            CarrierParts parts,
            Consumer<Throwable> failures) {
        this.rings = rings;
        this.peer = peer;
        this.spins = spins;
        this.own = DedicatedThread.platform("psyne-rpc-ipc", this::readForOthers, failures);
        this.output = new RingOutput(rings.out(), queue, pieceBytes, this::end, failures);
        CarrierEvents events = parts.events().apply(this);
        this.input = new RingInput(rings.in(), parts.reader().apply(events), events, this::close, this::end, failures);
    }

    /**
     * Begins to speak over two rings, which are the carrier's from here on.
     *
     * @param spins whether callers who wait look all the time
     * @param failures is told what goes wrong where nobody waits for it
     */
    public static RingCarrier start(
            RingPair rings,
            String peer,
            boolean spins,
            SendQueue queue,
            int pieceBytes,
            CarrierParts parts,
            Consumer<Throwable> failures) {
        return new RingCarrier(rings, peer, spins, queue, pieceBytes, parts, failures);
    }

    /** Reads with a thread of its own. */
    public void readAlone() {
        own.start();
    }

    /** Reads what has come, for a thread that looks all the time; false when it has ended, and needs to be looked at no more. */
    boolean look() {
        if (closed) {
            finish();
            return false;
        }
        try {
            if (!input.poll(MESSAGES_PER_TURN)) {
                input.lookForEnd();
            }
        } catch (InterruptedException ignored) {
            // Nobody has a reason to stop the thread of all connections; it goes on.
            return true;
        }
        return true;
    }

    @Override
    public void send(OutgoingMessage message) {
        output.send(message);
    }

    @Override
    public void forget(int stream) {
        input.forget(stream);
    }

    @Override
    public long waitingBytes() {
        return output.waitingBytes();
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public void close() {
        output.close();
    }

    @Override
    public boolean await(BooleanSupplier done, long deadlineNanos) throws InterruptedException {
        if (turn.isMine()) {
            throw new IllegalStateException("a method that is marked @Inline waits for a call over " + peer
                    + ", over which it was called itself: take the mark away");
        }
        if (Thread.currentThread().isVirtual()) {
            return awaitOthers(done, deadlineNanos);
        }
        callers.incrementAndGet();
        long begin = System.nanoTime();
        try {
            while (!done.getAsBoolean()) {
                if (ended.get()) {
                    return Carrier.super.await(done, deadlineNanos);
                }
                readOrStandInLine(done, deadlineNanos);
                if (!done.getAsBoolean() && RingInput.isOver(deadlineNanos)) {
                    return false;
                }
            }
            return true;
        } finally {
            leaveReading(begin);
        }
    }

    @Override
    public void expect(int streams) {
        dependents.addAndGet(streams);
        if (streams > 0) {
            LockSupport.unpark(own);
        }
    }

    private boolean awaitOthers(BooleanSupplier done, long deadlineNanos) throws InterruptedException {
        dependents.incrementAndGet();
        try {
            LockSupport.unpark(own);
            return Carrier.super.await(done, deadlineNanos);
        } finally {
            dependents.decrementAndGet();
        }
    }

    private void readOrStandInLine(BooleanSupplier done, long deadlineNanos) throws InterruptedException {
        if (turn.tryTake()) {
            try {
                read(done, deadlineNanos);
            } finally {
                turn.giveBack();
            }
            return;
        }
        turn.standInLine();
        try {
            if (!turn.isFree() && !done.getAsBoolean() && !ended.get()) {
                if (deadlineNanos == Long.MAX_VALUE) {
                    LockSupport.park(this);
                } else {
                    LockSupport.parkNanos(this, deadlineNanos - System.nanoTime());
                }
            }
        } finally {
            turn.leaveLine();
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private void read(BooleanSupplier done, long deadlineNanos) throws InterruptedException {
        if (spins) {
            input.spin(done, ended::get, deadlineNanos);
            return;
        }
        while (!done.getAsBoolean() && !ended.get() && input.receive(deadlineNanos)) {
            // Each message may be the one.
        }
    }

    /** Whoever waits next reads, or the carrier's own thread if it is needed, or may have gone to sleep for long. */
    private void leaveReading(long begin) {
        if (turn.isFree() && !turn.wakeNext() && (dependents.get() != 0 || System.nanoTime() - begin > GRACE_NANOS)) {
            LockSupport.unpark(own);
        }
    }

    private void readForOthers() {
        long known = 0;
        long grace = GRACE_NANOS;
        while (!ended.get()) {
            long now = callers.get();
            boolean isLeft = now == known || dependents.get() != 0;
            if (isLeft && turn.tryTake()) {
                grace = GRACE_NANOS;
                readOnce();
            } else if (now == known) {
                LockSupport.parkNanos(this, STEPPED_BACK_NANOS);
            } else {
                LockSupport.parkNanos(this, grace);
                grace = Math.min(2 * grace, MOST_GRACE_NANOS);
            }
            known = now;
        }
        finish();
    }

    private void readOnce() {
        try {
            if (input.receive(Long.MAX_VALUE)) {
                input.poll(MESSAGES_PER_TURN);
            }
        } catch (InterruptedException ignored) {
            // Whoever interrupts a thread that nobody knows has no reason that counts; it reads on.
            return;
        } finally {
            turn.giveBack();
            turn.wakeNext();
        }
    }

    /** Nothing comes or goes any more; the reading thread says so to all who wait. */
    private void end() {
        if (ended.compareAndSet(false, true)) {
            try {
                output.end();
                rings.in().close();
            } finally {
                closed = true;
                LockSupport.unpark(own);
                turn.wakeNext();
            }
        }
    }

    private void finish() {
        while (!closed || !turn.tryTake()) {
            LockSupport.parkNanos(this, GRACE_NANOS);
        }
        input.finish();
        turn.giveBack();
        rings.away().run();
    }
}
