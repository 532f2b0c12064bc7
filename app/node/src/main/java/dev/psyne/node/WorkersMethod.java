package dev.psyne.node;

import dev.psyne.fiber.Scheduler;
import dev.psyne.fiber.WorkerStatistics;
import dev.psyne.fiber.WorkerWatch;
import dev.psyne.rpc.RpcCall;
import dev.psyne.rpc.RpcMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
                call.send(figures(before, now));
                before = now;
            }
        }
        return Map.of();
    }

    /** What happened between two looks, by the names that the page knows. */
    private Map<String, Object> figures(List<WorkerStatistics> before, List<WorkerStatistics> now) {
        List<Object> workers = new ArrayList<>();
        List<Long> lengths = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            WorkerStatistics earlier = before.get(i);
            WorkerStatistics later = now.get(i);
            workers.add(worker(earlier, later));
            for (int length = 0; length < later.jobLengths().size(); length++) {
                long jobs =
                        later.jobLengths().get(length) - earlier.jobLengths().get(length);
                if (i == 0) {
                    lengths.add(jobs);
                } else {
                    lengths.set(length, lengths.get(length) + jobs);
                }
            }
        }
        return Map.of("fibers", scheduler.fibers().name(), "workers", workers, "lengths", lengths);
    }

    private static Map<String, Object> worker(WorkerStatistics earlier, WorkerStatistics later) {
        long nanos = Math.max(1, later.takenAtNanos() - earlier.takenAtNanos());
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", later.name());
        figures.put("asleep", later.isAsleep());
        figures.put("busy", Math.clamp((double) (later.busyNanos() - earlier.busyNanos()) / nanos, 0, 1));
        figures.put("queued", (long) later.queuedJobs());
        figures.put("ready", (long) later.readyFibers());
        figures.put("jobs", perSecond(later.jobsRun() - earlier.jobsRun(), nanos));
        figures.put("steals", perSecond(later.steals() - earlier.steals(), nanos));
        figures.put("mounts", perSecond(later.mounts() - earlier.mounts(), nanos));
        figures.put("parks", perSecond(later.parks() - earlier.parks(), nanos));
        figures.put("pins", later.pins());
        return figures;
    }

    private static double perSecond(long count, long nanos) {
        return (double) count * Duration.ofSeconds(1).toNanos() / nanos;
    }
}
