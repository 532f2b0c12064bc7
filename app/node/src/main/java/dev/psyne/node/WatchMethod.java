package dev.psyne.node;

import dev.psyne.rpc.RpcCall;
import dev.psyne.rpc.RpcMethod;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** {@code node.watch} of psyne.v1: the node's figures twice a second, for as long as the caller grants credit. */
final class WatchMethod implements RpcMethod {
    private static final Duration PERIOD = Duration.ofMillis(500);

    private final NodeFigures figures;

    WatchMethod(NodeFigures figures) {
        this.figures = figures;
    }

    @Override
    public Object invoke(RpcCall call) throws InterruptedException {
        CountDownLatch cancelled = new CountDownLatch(1);
        call.onCancel(cancelled::countDown);
        do {
            call.credit().acquire();
            call.send(RecordFields.of(figures.state()));
        } while (!cancelled.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS));
        return Map.of();
    }
}
