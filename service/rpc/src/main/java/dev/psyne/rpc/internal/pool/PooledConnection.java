package dev.psyne.rpc.internal.pool;

import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.Hello;
import dev.psyne.rpc.internal.service.Link;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection of a pool, made again whenever it is lost. What changes is guarded by the pool's lock. */
final class PooledConnection {
    /** One that lasts so long was a success: when it is lost, it is made again at once. */
    private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final TargetPool pool;
    private final Target target;
    private final BackOff backOff;
    private volatile @Nullable Route route;
    private @Nullable Attempt attempt;
    private long openedNanos;
    private long nextTryNanos;
    private boolean fresh = true;

    PooledConnection(TargetPool pool, Target target, BackOff backOff) {
        this.pool = pool;
        this.target = target;
        this.backOff = backOff;
    }

    /** Where a call can go; null while there is no connection. Any thread may ask. */
    @Nullable
    Route route() {
        return route;
    }

    Target target() {
        return target;
    }

    /** Whether a try is under way. */
    boolean isDialing() {
        return attempt != null && route == null;
    }

    /** When it is tried again. */
    long nextTryNanos() {
        return nextTryNanos;
    }

    /** Tries to connect, unless that is done already. */
    void dial() {
        if (pool.isClosed() || attempt != null) {
            return;
        }
        Attempt begun = new Attempt();
        attempt = begun;
        begun.dialing = pool.dialer().dial(target.address(), begun);
        pool.timing().after(pool.helloNanos(), begun::tooLong);
    }

    /** Is not used any more; what is to be ended of it, without the lock. */
    Dialer.@Nullable Dialing close() {
        Attempt last = attempt;
        attempt = null;
        route = null;
        return last == null ? null : last.dialing;
    }

    private void lost() {
        long now = pool.timing().nanos();
        route = null;
        attempt = null;
        target.health().lost(now);
        if (now - openedNanos >= STABLE_NANOS) {
            fresh = true;
            backOff.reset();
        }
        // The first loss may be the connection's alone: nobody should have to wait for a node that is there.
        again(fresh ? 0 : backOff.next());
        fresh = false;
    }

    private void refused(Target.Refusal reason) {
        attempt = null;
        target.refused(reason);
        again(target.isTurnedAway() ? backOff.longest() : backOff.next());
        pool.tellTurnedAway(target);
    }

    private void again(long nanos) {
        nextTryNanos = pool.timing().nanos() + nanos;
        if (nanos == 0) {
            dial();
        } else {
            pool.timing().after(nanos, () -> pool.locked(this::dial));
        }
        pool.changed();
    }

    /** One try, and the connection that comes of it. What it says when it is no longer the latest is of no interest. */
    private final class Attempt implements Dialer.Caller {
        private volatile Dialer.@Nullable Dialing dialing;

        private boolean isCurrent() {
            return attempt == this;
        }

        @Override
        public @Nullable Failure opened(Link link, Hello peer) {
            boolean[] current = new boolean[1];
            pool.locked(() -> {
                if (isCurrent() && !pool.isClosed()) {
                    current[0] = true;
                    openedNanos = pool.timing().nanos();
                    target.reached();
                    route = new Route(target, link);
                    pool.changed();
                }
            });
            return current[0] ? null : new Failure(Failure.UNAVAILABLE, "the client does not wait for this any more");
        }

        @Override
        public void failed(Failure reason, @Nullable IOException cause) {
            pool.locked(() -> {
                if (isCurrent()) {
                    refused(new Target.Refusal(reason, cause));
                }
            });
        }

        @Override
        public void closed(Link link, Failure reason) {
            pool.locked(() -> {
                pool.forget(link);
                if (!isCurrent()) {
                    return;
                }
                if (route == null) {
                    refused(new Target.Refusal(reason, null));
                } else {
                    lost();
                }
            });
        }

        /** Calls under way go on over it; new ones need another. */
        @Override
        public void leaving(Link link) {
            pool.locked(() -> {
                if (isCurrent() && route != null) {
                    pool.keepUntilClosed(link);
                    lost();
                }
            });
        }

        private void tooLong() {
            Failure silent = new Failure(
                    Failure.UNAVAILABLE,
                    "nothing was said for " + TimeUnit.NANOSECONDS.toMillis(pool.helloNanos()) + " ms");
            boolean[] given = new boolean[1];
            pool.locked(() -> {
                if (isCurrent() && isDialing()) {
                    given[0] = true;
                    refused(new Target.Refusal(silent, null));
                }
            });
            Dialer.Dialing begun = dialing;
            if (given[0] && begun != null) {
                begun.end(silent);
            }
        }
    }
}
