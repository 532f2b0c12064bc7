package dev.psyne.node;

import dev.psyne.rpc.RpcCall;
import dev.psyne.rpc.RpcMethod;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * {@code node.connections} of psyne.v1: what {@link Connections} tells, once a second, for as long as the caller grants credit.
 * The token that says who looks, {@code token}, is read each time: one that has expired ends the stream.
 */
final class ConnectionsMethod implements RpcMethod {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final HyphaPort hypha;

    ConnectionsMethod(HyphaPort hypha) {
        this.hypha = hypha;
    }

    @Override
    public Object invoke(RpcCall call) throws InterruptedException {
        Optional<String> token = call.optionalString("token");
        CountDownLatch cancelled = new CountDownLatch(1);
        call.onCancel(cancelled::countDown);
        do {
            call.credit().acquire();
            call.send(RecordFields.of(RpcFigures.state(hypha, token)));
        } while (!cancelled.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS));
        return Map.of();
    }
}
