package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WorkerStatisticsTest {
    private static final int JOBS = 1000;

    @ParameterizedTest
    @EnumSource(FiberProvider.class)
    void theJobsOfAllWorkersAreThoseOfTheScheduler(FiberProvider provider) {
        try (Scheduler scheduler =
                Scheduler.builder().workers(3).fibers(provider).build()) {
            runJobs(scheduler);
            List<WorkerStatistics> workers = scheduler.workerStatistics();
            if (provider == FiberProvider.VIRTUAL_THREADS) {
                assertEquals(List.of(), workers);
                return;
            }
            assertEquals(3, workers.size());
            Eventually.holds(() -> scheduler.workerStatistics().stream()
                            .mapToLong(WorkerStatistics::jobsRun)
                            .sum()
                    == JOBS + 1);
            assertTrue(workers.stream().mapToLong(WorkerStatistics::mounts).sum() > 0);
            assertTrue(workers.stream().allMatch(worker -> worker.name().startsWith("psyne-worker-")));
        }
    }

    @Test
    void timesAreTakenWhileSomebodyWatches() {
        try (Scheduler scheduler = loopFiber()) {
            runJobs(scheduler);
            assertEquals(0, counted(scheduler));
            assertEquals(0, scheduler.workerStatistics().getFirst().busyNanos());
            WorkerWatch first = scheduler.watchWorkers();
            WorkerWatch second = scheduler.watchWorkers();
            first.close();
            first.close();
            runJobs(scheduler);
            long watched = counted(scheduler);
            assertTrue(watched >= JOBS, "" + watched);
            second.close();
            runJobs(scheduler);
            // The job that ran when the watch closed may still have been timed.
            assertTrue(counted(scheduler) <= watched + 2, watched + ", then " + counted(scheduler));
        }
    }

    @Test
    void aWorkerInTheMiddleOfAJobIsBusy() {
        try (Scheduler scheduler = loopFiber();
                WorkerWatch _ = scheduler.watchWorkers()) {
            scheduler.run(() -> {
                WorkerStatistics earlier = scheduler.workerStatistics().getFirst();
                WorkerStatistics later = earlier;
                while (later.busyNanos() - earlier.busyNanos() < 1_000_000) {
                    later = scheduler.workerStatistics().getFirst();
                }
                assertEquals(later.takenAtNanos() - earlier.takenAtNanos(), later.busyNanos() - earlier.busyNanos());
            });
        }
    }

    @Test
    void aLongJobIsCountedAmongTheLong() {
        try (Scheduler scheduler = loopFiber();
                WorkerWatch _ = scheduler.watchWorkers()) {
            scheduler.run(() -> {
                long begun = System.nanoTime();
                while (System.nanoTime() - begun < 3_000_000) {
                    Thread.onSpinWait();
                }
            });
            // 3 ms is in the class from 2^21 ns on, or in a later one on a machine that was busy.
            Eventually.holds(() -> scheduler.workerStatistics().getFirst().jobLengths().stream()
                            .skip(21)
                            .mapToLong(Long::longValue)
                            .sum()
                    == 1);
        }
    }

    private static void runJobs(Scheduler scheduler) {
        Counter counter = Counter.create();
        for (int i = 0; i < JOBS; i++) {
            scheduler.spawn(counter, () -> {});
        }
        counter.await();
        // The last one's figures are written after its end was counted; on one worker another job comes after them.
        scheduler.run(() -> {});
    }

    private static long counted(Scheduler scheduler) {
        return scheduler.workerStatistics().getFirst().jobLengths().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static Scheduler loopFiber() {
        return Scheduler.builder().workers(1).fibers(FiberProvider.LOOP_FIBERS).build();
    }
}
