package dev.psyne.fiber;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What one worker has added to one counter: two figures that only grow, and only by that worker, so that no job needs an
 * atomic operation. The shards of a counter are a list that only grows.
 */
final class CounterShard {
    private static final VarHandle STARTED = FieldHandle.of(MethodHandles.lookup(), "started", long.class);
    private static final VarHandle FINISHED = FieldHandle.of(MethodHandles.lookup(), "finished", long.class);

    final Worker owner;
    final @Nullable CounterShard next;

    private long started;
    private long finished;

    /** Keeps the figures of two shards on two cache lines. */
    long padding0, padding1, padding2, padding3, padding4, padding5;

    CounterShard(Worker owner, @Nullable CounterShard next) {
        this.owner = owner;
        this.next = next;
    }

    /** Owner only. */
    void start() {
        STARTED.setRelease(this, started + 1);
    }

    /** Owner only. */
    void finish(long jobs) {
        FINISHED.setRelease(this, finished + jobs);
    }

    /** The sum over a list of shards. */
    static long started(@Nullable CounterShard first) {
        long sum = 0;
        for (CounterShard shard = first; shard != null; shard = shard.next) {
            sum += (long) STARTED.getAcquire(shard);
        }
        return sum;
    }

    /** The sum over a list of shards. */
    static long finished(@Nullable CounterShard first) {
        long sum = 0;
        for (CounterShard shard = first; shard != null; shard = shard.next) {
            sum += (long) FINISHED.getAcquire(shard);
        }
        return sum;
    }
}
