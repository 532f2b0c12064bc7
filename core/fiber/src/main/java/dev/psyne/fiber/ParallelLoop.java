package dev.psyne.fiber;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One parallel loop: an index range cut into chunks of the grain's size, which the caller and whoever joins claim one by
 * one from a shared index. The loop is over when all chunks have run; a failure takes the unclaimed chunks away.
 */
final class ParallelLoop implements Runnable {
    /** The caller spins so long for the last chunks of others before it parks: less than parking a thread and waking it. */
    private static final long SPIN_NANOS = 20_000;

    private static final VarHandle CLAIMED = FieldHandle.of(MethodHandles.lookup(), "claimed", long.class);
    private static final VarHandle DONE = FieldHandle.of(MethodHandles.lookup(), "done", long.class);
    private static final VarHandle PARTICIPANTS = FieldHandle.of(MethodHandles.lookup(), "participants", int.class);
    private static final VarHandle FAILURE = FieldHandle.of(MethodHandles.lookup(), "failure", Throwable.class);

    private final int begin;
    private final int end;
    private final int grain;
    private final RangeBody body;
    private final long chunks;
    private final @Nullable SpawnContext context;
    private final int participantLimit;

    private volatile long claimed;
    private volatile long done;
    private volatile int participants = 1;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Thread caller;

    /** A loop whose body has, wherever it runs, what {@code context} binds. */
    ParallelLoop(int begin, int end, int grain, RangeBody body, int workers, @Nullable SpawnContext context) {
        if (grain <= 0) {
            throw new IllegalArgumentException("grain must be positive: " + grain);
        }
        if (begin > end) {
            throw new IllegalArgumentException("begin " + begin + " is after end " + end);
        }
        this.context = context;
        this.begin = begin;
        this.end = end;
        this.grain = grain;
        this.body = body;
        this.chunks = ((long) end - begin + grain - 1) / grain;
        this.participantLimit = (int) Math.min(workers, chunks);
    }

    /** How many may join the caller. */
    int joinersWanted() {
        return Math.max(0, participantLimit - 1);
    }

    boolean joinable() {
        return participants < participantLimit && claimed < chunks;
    }

    boolean tryJoin() {
        while (joinable()) {
            int now = participants;
            if (now < participantLimit && PARTICIPANTS.compareAndSet(this, now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Claims and runs chunks until none is left; never throws. */
    @Override
    public void run() {
        if (context == null) {
            runChunks();
        } else {
            context.run(this::runChunks);
        }
    }

    private void runChunks() {
        long ran = 0;
        for (long chunk = claim(); chunk < chunks; chunk = claim()) {
            long from = begin + chunk * grain;
            ran++;
            try {
                body.run((int) from, (int) Math.min(from + grain, end));
            } catch (Throwable thrown) {
                FAILURE.compareAndSet(this, null, thrown);
                ran += cancel();
            }
        }
        if (ran > 0 && (long) DONE.getAndAdd(this, ran) + ran == chunks) {
            Thread waiting = caller;
            if (waiting != null) {
                LockSupport.unpark(waiting);
            }
        }
    }

    /**
     * The caller waits for the chunks that others claimed, whatever happens: they may use what lives on its stack.
     *
     * @return the first failure
     */
    @Nullable
    Throwable awaitDone() {
        long start = System.nanoTime();
        while (done != chunks && System.nanoTime() - start < SPIN_NANOS) {
            Thread.onSpinWait();
        }
        if (done != chunks) {
            park();
        }
        return failure;
    }

    private void park() {
        Thread thread = Thread.currentThread();
        caller = thread;
        boolean interrupted = false;
        while (done != chunks) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            thread.interrupt();
        }
    }

    private long claim() {
        return (long) CLAIMED.getAndAdd(this, 1L);
    }

    private long cancel() {
        return Math.max(0, chunks - (long) CLAIMED.getAndSet(this, chunks));
    }
}
