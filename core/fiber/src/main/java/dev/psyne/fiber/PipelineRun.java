package dev.psyne.fiber;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One run of a {@link StagedPipeline}: as many lanes as items may be under way, each a job that carries one item after
 * another through all stages. The first item under way never waits for a turn, so there is always one that goes on; and
 * since the last stage is in order, the items under way are within one window of consecutive indices.
 */
final class PipelineRun {
    private static final long NONE = Long.MAX_VALUE;

    private final List<StagedPipeline.Stage> stages;
    private final Iterator<?> source;
    private final int lanes;
    /** One for each stage in order, null for a parallel one. */
    private final @Nullable Turnstile[] turnstiles;

    private final ReentrantLock sourceLock = new ReentrantLock();
    /** Items taken from the source, which is what the source lock guards, and whether it has more. */
    private long taken;

    private boolean sourceEnded;
    /** Items from this one on are given up. */
    private final AtomicLong givenUpFrom = new AtomicLong(NONE);

    private final AtomicReference<@Nullable StageFailedException> failure = new AtomicReference<>();

    PipelineRun(List<StagedPipeline.Stage> stages, Iterator<?> source, int lanes) {
        this.stages = stages;
        this.source = source;
        this.lanes = lanes;
        this.turnstiles = new Turnstile[stages.size()];
        for (int stage = 0; stage < turnstiles.length; stage++) {
            turnstiles[stage] = stages.get(stage).inOrder() ? new Turnstile(lanes, this::isGivenUp) : null;
        }
    }

    /** Returns how many items arrived. */
    long run(Scheduler scheduler) {
        Counter running = Counter.create();
        boolean room = true;
        for (int lane = 0; room && lane < lanes; lane++) {
            try {
                scheduler.spawn(running, this::runLane);
            } catch (JobRejectedException rejected) {
                if (lane == 0) {
                    throw rejected;
                }
                room = false;
            }
        }
        try {
            running.await();
        } catch (AwaitInterruptedException interrupted) {
            giveUpFrom(0);
            throw interrupted;
        }
        StageFailedException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        return taken;
    }

    private void runLane() {
        boolean more = true;
        while (more) {
            more = carryNext();
        }
    }

    private boolean carryNext() {
        long item;
        Object value;
        sourceLock.lock();
        try {
            item = taken;
            if (sourceEnded || givenUpFrom.get() != NONE) {
                return false;
            }
            if (!source.hasNext()) {
                sourceEnded = true;
                return false;
            }
            value = source.next();
            taken = item + 1;
        } catch (Throwable thrown) {
            fail(new StageFailedException(taken, 0, thrown));
            return false;
        } finally {
            sourceLock.unlock();
        }
        carry(item, value);
        return true;
    }

    private void carry(long item, Object value) {
        Object carried = value;
        for (int stage = 0; stage < turnstiles.length && !isGivenUp(item); stage++) {
            try {
                carried = pass(stage, item, carried);
            } catch (Throwable thrown) {
                fail(new StageFailedException(item, stage + 1, thrown));
            }
        }
    }

    private Object pass(int stage, long item, Object value) {
        Turnstile turnstile = turnstiles[stage];
        if (turnstile == null) {
            return stages.get(stage).function().apply(value);
        }
        if (!turnstile.enter(item)) {
            return value;
        }
        Object result = stages.get(stage).function().apply(value);
        turnstile.leave(item);
        return result;
    }

    private boolean isGivenUp(long item) {
        return item >= givenUpFrom.get();
    }

    private void fail(StageFailedException failed) {
        failure.accumulateAndGet(
                failed, (first, next) -> first == null || (next != null && next.item() < first.item()) ? next : first);
        giveUpFrom(failed.item());
    }

    private void giveUpFrom(long item) {
        givenUpFrom.accumulateAndGet(item, Math::min);
        for (Turnstile turnstile : turnstiles) {
            if (turnstile != null) {
                turnstile.wakeAll();
            }
        }
    }
}
