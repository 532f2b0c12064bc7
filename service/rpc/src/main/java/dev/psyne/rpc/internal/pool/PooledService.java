package dev.psyne.rpc.internal.pool;

import dev.psyne.rpc.Items;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.service.CallNotSentException;
import dev.psyne.rpc.internal.service.CallTerms;
import dev.psyne.rpc.internal.service.MethodContract;
import dev.psyne.rpc.internal.service.ServiceContract;
import dev.psyne.rpc.internal.service.ServiceStub;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** A Java interface whose methods are calls over whichever connection of a pool is best. Any thread may call; each waits for its own. */
public final class PooledService implements InvocationHandler {
    private static final @Nullable Object[] NOTHING = {};

    private final TargetPool pool;
    private final ServiceContract contract;
    private final ServiceRoutes routes;
    private final long timeoutMillis;

    private PooledService(TargetPool pool, String name, ServiceContract contract, long timeoutMillis) {
        this.pool = pool;
        this.contract = contract;
        this.routes = new ServiceRoutes(name, contract);
        this.timeoutMillis = timeoutMillis;
    }

    /**
     * A service that the targets of a pool have, or one of them.
     *
     * @param timeoutMillis how long a call may take; 0 without an end
     * @throws RpcException {@code not_found}, or {@code schema_mismatch}
     */
    public static <S> S of(TargetPool pool, String name, Class<S> type, long timeoutMillis) {
        PooledService service = new PooledService(pool, name, ServiceContract.of(type), timeoutMillis);
        service.find();
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, service));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method called, @Nullable Object @Nullable [] given) throws Throwable {
        MethodContract method = contract.method(called);
        if (method == null) {
            return ServiceStub.ofObject(proxy, called, given, contract.name() + " at " + pool.name());
        }
        @Nullable Object[] arguments = given == null ? NOTHING : given;
        boolean repeats = method.isIdempotent() && !method.streamsInput();
        CallAttempts attempts = new CallAttempts(
                pool, contract.name() + "." + method.name(), repeats, method.streamsOutput() ? 0 : timeoutMillis);
        if (repeats && method.streamsOutput()) {
            return new ResumingItems(this, attempts, method, arguments);
        }
        return begin(method, arguments, attempts, 0).result();
    }

    /** What came of an attempt, and where. */
    record Begun(Route route, boolean idempotent, @Nullable Object result) {
        Items<?> items() {
            if (result instanceof Items<?> items) {
                return items;
            }
            throw new IllegalStateException("not a stream");
        }
    }

    /** Calls until the attempts are over; {@code resume} items are left out. */
    Begun begin(MethodContract method, @Nullable Object[] given, CallAttempts attempts, long resume) {
        while (true) {
            Route route = pool.route(attempts);
            ServiceStub stub = stub(route, attempts);
            if (stub == null) {
                continue;
            }
            boolean idempotent = stub.isIdempotent(method);
            long begun = attempts.beginNanos();
            try {
                Object result = stub.call(method, given, new CallTerms(attempts.timeoutMillis(), resume));
                if (!method.streamsOutput()) {
                    long ended = System.nanoTime();
                    route.target().health().answered(ended - begun, ended);
                }
                return new Begun(route, idempotent, result);
            } catch (CallNotSentException unsent) {
                attempts.unsent(route, unsent);
            } catch (RpcException failure) {
                if (Failure.SCHEMA_MISMATCH.equals(failure.code())) {
                    routes.forget(route);
                }
                attempts.failed(route, failure, idempotent);
            }
        }
    }

    private void find() {
        CallAttempts attempts = new CallAttempts(pool, "the question for " + contract.name(), true, timeoutMillis);
        ServiceStub found = null;
        while (found == null) {
            found = stub(pool.route(attempts), attempts);
        }
    }

    /** Null if it has to be another's. */
    private @Nullable ServiceStub stub(Route route, CallAttempts attempts) {
        try {
            return routes.stub(route, attempts.timeoutMillis(), attempts.beginNanos());
        } catch (CallNotSentException unsent) {
            attempts.unsent(route, unsent);
        } catch (RpcException failure) {
            if (!Failure.NOT_FOUND.equals(failure.code()) && !Failure.SCHEMA_MISMATCH.equals(failure.code())) {
                throw failure;
            }
            attempts.absent(route, failure);
        }
        return null;
    }
}
