package dev.psyne.node;

import dev.psyne.fiber.Scheduler;
import dev.psyne.fiber.WorkerStatistics;
import dev.psyne.fiber.WorkerWatch;
import dev.psyne.rpc.RpcCall;
import dev.psyne.rpc.RpcMethod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * {@code node.workers} of psyne.v1: what each worker does, once a second, for as long as the caller grants credit. The workers
 * take times only meanwhile.
 */
final class WorkersMethod implements RpcMethod {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Scheduler scheduler;

    WorkersMethod(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public Object invoke(RpcCall call) throws InterruptedException {
        CountDownLatch cancelled = new CountDownLatch(1);
        call.onCancel(cancelled::countDown);
        try (WorkerWatch _ = scheduler.watchWorkers()) {
            List<WorkerStatistics> before = scheduler.workerStatistics();
            while (!cancelled.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
                call.credit().acquire();
                List<WorkerStatistics> now = scheduler.workerStatistics();
                call.send(
                        RecordFields.of(WorkersState.between(scheduler.fibers().name(), before, now)));
                before = now;
            }
        }
        return Map.of();
    }
}
