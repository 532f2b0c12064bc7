package dev.psyne.rpc.internal.pool;

import dev.psyne.rpc.PoolOptions;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.Timing;
import dev.psyne.rpc.internal.service.Link;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client's connections to targets that serve the same. A call takes the open connection where it costs least: the fewest calls
 * under way, weighted by how well the calls of the target went. Any thread may call.
 */
public final class TargetPool {
    /**
     * What a pool works with.
     *
     * @param failures is told of targets that turn the client away, once each time
     */
    public record Parts(Dialer dialer, Timing timing, RandomGenerator random, Consumer<Throwable> failures) {}

    private final Parts parts;
    private final PoolOptions options;
    private final List<Target> targets;
    private final List<PooledConnection> connections;
    private final Set<Link> leaving = new HashSet<>();
    private final List<Runnable> listeners = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AtomicInteger turn = new AtomicInteger();
    private boolean reached;
    private volatile boolean closed;

    private TargetPool(List<String> addresses, Parts parts, PoolOptions options) {
        this.parts = parts;
        this.options = options;
        long longest = options.longestBackOff().toNanos();
        List<Target> made = new ArrayList<>();
        List<PooledConnection> all = new ArrayList<>();
        for (String address : addresses) {
            Target target = new Target(address, new Health(longest));
            for (int i = 0; i < options.connections(); i++) {
                BackOff backOff = new BackOff(options.firstBackOff().toNanos(), longest, parts.random());
                target.connections().add(new PooledConnection(this, target, backOff));
            }
            made.add(target);
            all.addAll(target.connections());
        }
        this.targets = List.copyOf(made);
        this.connections = List.copyOf(all);
    }

    /** Begins to connect to all addresses, without waiting for any. */
    public static TargetPool start(List<String> addresses, Parts parts, PoolOptions options) {
        TargetPool pool = new TargetPool(addresses, parts, options);
        pool.locked(() -> pool.connections.forEach(PooledConnection::dial));
        return pool;
    }

    /**
     * Waits until one connection is open.
     *
     * @throws UncheckedIOException if every address has failed because nobody listens there
     * @throws RpcException if every address has failed otherwise
     */
    public void awaitOpen() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (route(Set.of()) == null) {
                if (!isDialing()) {
                    throw notConnected();
                }
                changed.await();
            }
            reached = true;
            targets.forEach(this::tellTurnedAway);
        } finally {
            lock.unlock();
        }
    }

    /** Open connections. */
    public int open() {
        return (int) connections.stream()
                .map(PooledConnection::route)
                .filter(route -> route != null && route.isOpen())
                .count();
    }

    /** Calls under way to what is offered here. */
    public int callsIn() {
        return connections.stream()
                .map(PooledConnection::route)
                .filter(Objects::nonNull)
                .mapToInt(route -> route.link().connection().callsIn())
                .sum();
    }

    /** An open connection; waits for one if need be. */
    public Link link() {
        return route(new CallAttempts(this, "the question for a service", true, 0))
                .link();
    }

    /** All addresses, for people. */
    String name() {
        return targets.stream().map(Target::address).collect(Collectors.joining(", "));
    }

    List<Target> targets() {
        return targets;
    }

    /** Ends every connection; calls under way fail. */
    public void close(Failure reason) {
        List<Dialer.Dialing> dialings = new ArrayList<>();
        List<Link> links = new ArrayList<>();
        locked(() -> {
            closed = true;
            for (PooledConnection connection : connections) {
                Dialer.Dialing dialing = connection.close();
                if (dialing != null) {
                    dialings.add(dialing);
                }
            }
            links.addAll(leaving);
            changed();
        });
        dialings.forEach(dialing -> dialing.end(reason));
        links.forEach(link -> link.connection().close(reason));
    }

    /** The route for a call; waits for one if there is none and the call may wait. */
    Route route(CallAttempts attempts) {
        Route free = route(attempts.without());
        if (free != null) {
            return free;
        }
        try {
            return await(attempts);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RpcException(
                    Failure.CANCELLED, "the thread was interrupted while it waited for a connection to " + name());
        }
    }

    private Route await(CallAttempts attempts) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                if (closed) {
                    throw new RpcException(Failure.UNAVAILABLE, "the client is closed");
                }
                Route free = route(attempts.without());
                if (free != null) {
                    return free;
                }
                long left = attempts.leftToWaitNanos();
                if (left <= 0) {
                    throw attempts.late();
                }
                if (!attempts.isPatient() && !isDialing()) {
                    throw attempts.over(none());
                }
                changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The cheapest; from connections that cost the same in turn. */
    private @Nullable Route route(Set<Route> without) {
        int count = connections.size();
        if (count == 1) {
            Route only = connections.getFirst().route();
            return only != null && only.isOpen() && !without.contains(only) ? only : null;
        }
        long now = parts.timing().nanos();
        int first = Math.floorMod(turn.getAndIncrement(), count);
        Route best = null;
        Route lastResort = null;
        for (int i = 0; i < count; i++) {
            Route route = connections.get((first + i) % count).route();
            if (route == null || !route.isOpen() || without.contains(route)) {
                continue;
            }
            if (route.target().health().isProbe(now)) {
                return route;
            }
            if (route.target().health().isOut(now)) {
                lastResort = cheaper(lastResort, route, now);
            } else {
                best = cheaper(best, route, now);
            }
        }
        return best != null ? best : lastResort;
    }

    private static Route cheaper(@Nullable Route best, Route other, long now) {
        return best == null || other.cost(now) < best.cost(now) ? other : best;
    }

    private boolean isDialing() {
        return connections.stream().anyMatch(PooledConnection::isDialing);
    }

    /** Why no call can be made now, and when that may have changed. */
    private RpcException none() {
        long now = parts.timing().nanos();
        long next = connections.stream()
                .mapToLong(connection -> connection.nextTryNanos() - now)
                .min()
                .orElse(0);
        int millis = (int) Math.clamp(TimeUnit.NANOSECONDS.toMillis(next) + 1, 1, Integer.MAX_VALUE);
        return new RpcException(Failure.UNAVAILABLE, reasons(), millis);
    }

    /** Why nobody can be reached now. */
    RpcException unreachable() {
        @Nullable RpcException[] why = new @Nullable RpcException[1];
        locked(() -> why[0] = none());
        return Objects.requireNonNull(why[0]);
    }

    private String reasons() {
        if (targets.size() == 1) {
            return "not connected to " + targets.getFirst().reason();
        }
        return "none of " + targets.size() + " addresses is connected: "
                + targets.stream().map(Target::reason).collect(Collectors.joining("; "));
    }

    private RuntimeException notConnected() {
        List<Target.Refusal> refusals =
                targets.stream().map(Target::refusal).filter(Objects::nonNull).toList();
        IOException nobody = refusals.isEmpty() ? null : refusals.getFirst().cause();
        if (nobody != null && refusals.stream().allMatch(refusal -> refusal.cause() != null)) {
            return new UncheckedIOException(cannotConnect(), nobody);
        }
        Set<String> codes =
                refusals.stream().map(refusal -> refusal.failure().code()).collect(Collectors.toSet());
        return new RpcException(codes.size() == 1 ? codes.iterator().next() : Failure.UNAVAILABLE, cannotConnect());
    }

    private String cannotConnect() {
        return targets.size() == 1
                ? "cannot connect to " + targets.getFirst().reason()
                : "cannot connect: " + reasons();
    }

    boolean isClosed() {
        return closed;
    }

    Dialer dialer() {
        return parts.dialer();
    }

    Timing timing() {
        return parts.timing();
    }

    PoolOptions options() {
        return options;
    }

    long helloNanos() {
        return options.helloTimeout().toNanos();
    }

    BackOff backOff() {
        return new BackOff(
                options.firstBackOff().toNanos(), options.longestBackOff().toNanos(), parts.random());
    }

    /** Tells of a target that does not let the client in, unless somebody waits for the first connection and is told then. */
    void tellTurnedAway(Target target) {
        Target.Refusal refusal = target.refusal();
        if (reached && refusal != null && target.isTurnedAway() && target.tell()) {
            parts.failures().accept(new RpcException(refusal.failure().code(), target.reason()));
        }
    }

    /** Calls {@code listener}, holding the lock, whenever a connection has come or gone. */
    void whenChanged(Runnable listener) {
        locked(() -> {
            listeners.add(listener);
            listener.run();
        });
    }

    void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    /** Those who wait look again; holding the lock. */
    void changed() {
        changed.signalAll();
        listeners.forEach(Runnable::run);
    }

    /** It takes no calls any more, and those under way go on. */
    void keepUntilClosed(Link link) {
        leaving.add(link);
    }

    void forget(Link link) {
        leaving.remove(link);
    }
}
