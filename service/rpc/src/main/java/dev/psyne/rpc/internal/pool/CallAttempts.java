package dev.psyne.rpc.internal.pool;

import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.service.CallNotSentException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The attempts at one call: where it has failed, how often it may still be tried, and until when. A call that did not leave goes
 * another way whatever its method does; one that left is repeated if the method is idempotent. One thread at a time.
 */
final class CallAttempts {
    /** Tries of a call that do not even leave; a connection would have to end between two instructions each time. */
    private static final int MAX_UNSENT = 64;

    /** How long a call without a deadline waits for a connection, or for a callee with too much to do. */
    private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Where a call has failed it is not tried again before that, if nobody says when. */
    private static final int RETRY_MILLIS = 50;

    private final TargetPool pool;
    private final String what;
    private final boolean repeats;
    private final long begunNanos;
    private final long timeoutMillis;
    private final long deadlineNanos;
    private volatile Set<Route> without = Set.of();
    private @Nullable RpcException last;
    private long waitUntilNanos;
    private int left;
    private int unsent;
    private boolean waited;

    /**
     * None yet.
     *
     * @param what is called, for people
     * @param repeats whether the method is idempotent
     * @param timeoutMillis 0 without an end
     */
    CallAttempts(TargetPool pool, String what, boolean repeats, long timeoutMillis) {
        this.pool = pool;
        this.what = what;
        this.repeats = repeats;
        long now = System.nanoTime();
        this.begunNanos = now;
        this.timeoutMillis = timeoutMillis;
        this.deadlineNanos = timeoutMillis == 0 ? Long.MAX_VALUE : now + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        begin(now);
    }

    private void begin(long now) {
        left = pool.options().attempts();
        unsent = 0;
        waitUntilNanos = Math.min(deadlineNanos, now + LONGEST_WAIT_NANOS);
    }

    /** It got somewhere: what comes next has all attempts again. */
    void succeeded() {
        if (last != null) {
            last = null;
            begin(System.nanoTime());
        }
    }

    /** Where it is not to be tried now. */
    Set<Route> without() {
        return without;
    }

    /** Whether it waits while nobody is reachable; others wait only while a connection is being made. */
    boolean isPatient() {
        return repeats && (last == null || Failure.UNAVAILABLE.equals(last.code()));
    }

    long leftToWaitNanos() {
        waited = true;
        return waitUntilNanos - System.nanoTime();
    }

    /** When an attempt begins; the clock is read once for a call that goes well. */
    long beginNanos() {
        return isFirst() ? begunNanos : System.nanoTime();
    }

    private boolean isFirst() {
        return last == null && !waited;
    }

    /** What is left of its time; 0 without an end. */
    long timeoutMillis() {
        if (deadlineNanos == Long.MAX_VALUE || isFirst()) {
            return timeoutMillis;
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        if (millis <= 0) {
            throw late();
        }
        return millis;
    }

    /** It did not leave. */
    void unsent(Route route, CallNotSentException refused) {
        Failure failure = refused.failure();
        last = failure.asException();
        Integer retry = failure.retryAfterMillis();
        if (++unsent >= MAX_UNSENT) {
            throw last;
        }
        if (route.isOpen()) {
            exclude(route, retry == null ? RETRY_MILLIS : retry);
        }
    }

    /** It has failed, perhaps after it left; throws that if it is not to be repeated. */
    void failed(Route route, RpcException failure, boolean idempotent) {
        if (!Failure.UNAVAILABLE.equals(failure.code())) {
            route.target().health().answered(pool.timing().nanos());
            throw failure;
        }
        route.target().health().failed(pool.timing().nanos());
        if (!repeats || !idempotent || --left <= 0) {
            throw failure;
        }
        last = failure;
        Integer retry = failure.retryAfterMillis();
        if (route.isOpen()) {
            exclude(route, retry == null ? RETRY_MILLIS : retry);
        }
    }

    /** The service is not there; somebody else may have it. */
    void absent(Route route, RpcException failure) {
        last = failure;
        leaveOut(List.of(route));
    }

    /** Leaves the connections of a target alone for a while. */
    private void exclude(Route route, int millis) {
        leaveOut(route.target().connections().stream()
                .map(PooledConnection::route)
                .filter(Objects::nonNull)
                .toList());
        pool.timing()
                .after(
                        TimeUnit.MILLISECONDS.toNanos(millis),
                        () -> pool.locked(() -> {
                            without = Set.of();
                            pool.changed();
                        }));
    }

    private void leaveOut(List<Route> routes) {
        pool.locked(() -> {
            Set<Route> more = new HashSet<>(without);
            more.addAll(routes);
            without = Set.copyOf(more);
        });
    }

    /** What the call ends with where there is nobody left: what it has met, or {@code nobody}. */
    RpcException over(RpcException nobody) {
        return last == null ? nobody : last;
    }

    /** Its time is over. */
    RpcException late() {
        RpcException late = new RpcException(
                Failure.DEADLINE_EXCEEDED,
                what + " was not answered in time" + (last == null ? "" : ": " + last.getMessage()));
        if (last != null) {
            late.initCause(last);
        }
        return late;
    }
}
