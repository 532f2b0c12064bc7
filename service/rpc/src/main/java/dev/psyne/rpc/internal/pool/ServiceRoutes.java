package dev.psyne.rpc.internal.pool;

import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.service.CallNotSentException;
import dev.psyne.rpc.internal.service.ServiceContract;
import dev.psyne.rpc.internal.service.ServiceStub;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One service as it is called over each open connection: asked for when the first call takes the connection. Any thread may call. */
final class ServiceRoutes {
    /** Who does not have the service is asked again after so long. */
    private static final long ABSENT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final ServiceContract contract;
    private final Map<Long, Set<String>> followed = new ConcurrentHashMap<>();
    private volatile Bound[] all = {};

    private record Bound(
            Route route,
            @Nullable ServiceStub stub,
            @Nullable RpcException absent,
            long sinceNanos) {
        boolean isKnown(long nowNanos) {
            return stub != null || nowNanos - sinceNanos < ABSENT_NANOS;
        }
    }

    ServiceRoutes(String name, ServiceContract contract) {
        this.name = name;
        this.contract = contract;
    }

    /**
     * The service over one connection.
     *
     * @throws CallNotSentException if nobody could be asked
     * @throws RpcException if it is not there, or cannot be followed
     */
    ServiceStub stub(Route route, long timeoutMillis, long nowNanos) {
        for (Bound bound : all) {
            if (bound.route == route && bound.isKnown(nowNanos)) {
                return stub(bound);
            }
        }
        Bound found = find(route, timeoutMillis, nowNanos);
        remember(found);
        return stub(found);
    }

    /** Its number means nothing any more. */
    synchronized void forget(Route route) {
        all = Stream.of(all).filter(bound -> bound.route != route).toArray(Bound[]::new);
    }

    private static ServiceStub stub(Bound bound) {
        ServiceStub stub = bound.stub;
        if (stub == null) {
            RpcException absent = bound.absent;
            throw absent == null ? new IllegalStateException("neither there nor absent") : absent;
        }
        return stub;
    }

    private Bound find(Route route, long timeoutMillis, long nowNanos) {
        try {
            return new Bound(route, route.link().find(name, contract, followed, timeoutMillis), null, nowNanos);
        } catch (RpcException failure) {
            if (Failure.UNAVAILABLE.equals(failure.code())) {
                // To ask is to do nothing: the call itself has not left.
                throw new CallNotSentException(
                        new Failure(failure.code(), String.valueOf(failure.getMessage()), failure.retryAfterMillis()));
            }
            if (Failure.NOT_FOUND.equals(failure.code()) || Failure.SCHEMA_MISMATCH.equals(failure.code())) {
                return new Bound(route, null, failure, nowNanos);
            }
            throw failure;
        }
    }

    private synchronized void remember(Bound found) {
        Stream<Bound> others = Stream.of(all).filter(bound -> bound.route != found.route && bound.route.isOpen());
        all = Stream.concat(others, Stream.of(found)).toArray(Bound[]::new);
    }
}
