package dev.psyne.rpc.internal.pool;

import dev.psyne.rpc.RpcException;
import java.util.List;

/** What the targets of a pool have, as the one that is asked knows it. */
public record PooledDirectory(TargetPool pool, long timeoutMillis) {
    /** The names of the services. */
    public List<String> services() {
        CallAttempts attempts = new CallAttempts(pool, "the question for services", true, timeoutMillis);
        while (true) {
            Route route = pool.route(attempts);
            try {
                return route.link().root(attempts.timeoutMillis()).services();
            } catch (RpcException failure) {
                attempts.failed(route, failure, true);
            }
        }
    }
}
