package dev.psyne.rpc.internal.pool;

import dev.psyne.rpc.Items;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.service.CallTerms;
import dev.psyne.rpc.internal.service.MethodContract;
import org.jspecify.annotations.Nullable;

/** Items of an idempotent method: when their connection is lost, the method is called again and leaves out those that were read. */
final class ResumingItems implements Items<Object> {
    private final PooledService service;
    private final CallAttempts attempts;
    private final MethodContract method;
    private final @Nullable Object[] given;
    private volatile PooledService.Begun current;
    private volatile boolean closed;
    private long read;

    /** Begins the call. */
    ResumingItems(PooledService service, CallAttempts attempts, MethodContract method, @Nullable Object[] given) {
        this.service = service;
        this.attempts = attempts;
        this.method = method;
        this.given = given;
        this.current = service.begin(method, given, attempts, 0);
    }

    @Override
    public @Nullable Object next() throws InterruptedException {
        while (true) {
            PooledService.Begun now = current;
            try {
                Object item = now.items().next();
                if (item != null) {
                    read++;
                }
                attempts.succeeded();
                return item;
            } catch (RpcException lost) {
                if (closed) {
                    return null;
                }
                resume(now, lost);
            }
        }
    }

    private void resume(PooledService.Begun lost, RpcException reason) {
        attempts.failed(lost.route(), reason, lost.idempotent());
        if (read > CallTerms.MAX_RESUME) {
            throw reason;
        }
        PooledService.Begun again;
        try {
            again = service.begin(method, given, attempts, read);
        } catch (RpcException refused) {
            reason.addSuppressed(refused);
            throw reason;
        }
        current = again;
        lost.items().close();
        if (closed) {
            again.items().close();
        }
    }

    @Override
    public void close() {
        closed = true;
        current.items().close();
    }
}
