package dev.psyne.rpc.internal.pool;

import dev.psyne.fiber.JobRejectedException;
import dev.psyne.fiber.Scheduler;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.service.OfferedService;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a client offers: to each target over one of its connections, and again over another when that is lost. Any thread may call.
 *
 * <p>A target that refuses an offer it had accepted may not know yet that the connection which made it is gone, so it is asked
 * again until it does.
 */
public final class OfferedServices {
    private final TargetPool pool;
    private final Scheduler scheduler;
    private final long timeoutMillis;
    private final Map<String, OfferedService> services = new ConcurrentHashMap<>();
    private final Map<Target, Standing> standings = new HashMap<>();

    /** Where the offers of one target stand; guarded by the pool's lock. */
    private static final class Standing {
        private final Target target;
        private final BackOff backOff;
        private @Nullable Route route;

        private Standing(Target target, BackOff backOff) {
            this.target = target;
            this.backOff = backOff;
        }
    }

    /**
     * None yet.
     *
     * @param scheduler where offers are made again
     * @param timeoutMillis how long a target may take to accept one; 0 without an end
     */
    public OfferedServices(TargetPool pool, Scheduler scheduler, long timeoutMillis) {
        this.pool = pool;
        this.scheduler = scheduler;
        this.timeoutMillis = timeoutMillis;
        pool.targets().forEach(target -> standings.put(target, new Standing(target, pool.backOff())));
        pool.whenChanged(() -> standings.values().forEach(this::look));
    }

    /**
     * Offers a service to all targets from here on, now to those that are connected.
     *
     * @return its name there
     * @throws RpcException if one refuses it, or if none is connected; then it is offered to none
     */
    public String offer(OfferedService service) {
        if (services.putIfAbsent(service.name(), service) != null) {
            throw new RpcException(
                    Failure.INVALID_ARGUMENT, "'" + service.name() + "' is offered already: withdraw it first");
        }
        String name = null;
        RpcException last = null;
        for (Target target : pool.targets()) {
            Route route = route(target);
            if (route == null) {
                continue;
            }
            try {
                name = route.link().offer(service, timeoutMillis);
            } catch (RpcException refused) {
                last = refused;
                if (!Failure.UNAVAILABLE.equals(refused.code())) {
                    withdraw(service.name());
                    throw refused;
                }
            }
        }
        if (name == null) {
            services.remove(service.name());
            throw last == null ? pool.unreachable() : last;
        }
        return name;
    }

    /** Ends an offer. */
    public void withdraw(String name) {
        services.remove(name);
        for (Target target : pool.targets()) {
            Route route = route(target);
            if (route != null && route.isOpen()) {
                route.link().root(timeoutMillis).withdraw(name);
            }
        }
    }

    private @Nullable Route route(Target target) {
        @Nullable Route[] found = new @Nullable Route[1];
        pool.locked(() -> {
            Standing standing = standings.get(target);
            found[0] = standing == null ? null : standing.route;
        });
        return found[0];
    }

    /** Takes another connection if the one that the offers went over is lost. */
    private void look(Standing standing) {
        Route before = standing.route;
        if (before != null && before.isOpen()) {
            return;
        }
        standing.route = standing.target.connections().stream()
                .map(PooledConnection::route)
                .filter(route -> route != null && route.isOpen())
                .findFirst()
                .orElse(null);
        Route now = standing.route;
        if (now != null) {
            standing.backOff.reset();
            repeat(standing, now);
        }
    }

    private void repeat(Standing standing, Route route) {
        if (services.isEmpty()) {
            return;
        }
        try {
            scheduler.spawn(() -> offerAll(standing, route));
        } catch (JobRejectedException full) {
            later(standing, route);
        }
    }

    private void offerAll(Standing standing, Route route) {
        boolean all = true;
        for (OfferedService service : services.values()) {
            try {
                route.link().offer(service, timeoutMillis);
                if (!services.containsKey(service.name())) {
                    route.link().root(timeoutMillis).withdraw(service.name());
                }
            } catch (RpcException refused) {
                all = false;
            }
        }
        if (!all) {
            later(standing, route);
        }
    }

    private void later(Standing standing, Route route) {
        pool.locked(() -> pool.timing()
                .after(
                        standing.backOff.next(),
                        () -> pool.locked(() -> {
                            if (standing.route == route && route.isOpen() && !pool.isClosed()) {
                                repeat(standing, route);
                            }
                        })));
    }
}
