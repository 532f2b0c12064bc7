package dev.psyne.node;

import dev.psyne.fiber.WorkerStatistics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the workers of a scheduler did between two looks.
 *
 * @param fibers the kind of fibers that jobs run in
 * @param workers in their order
 * @param lengths jobs by how long they took, each bucket twice as long as the one before
 */
record WorkersState(String fibers, List<Worker> workers, List<Long> lengths) {
    /**
     * One worker; jobs, steals, mounts and parks are those of a second.
     *
     * @param busy part of the time in which it worked, 0 to 1
     * @param queued jobs that wait for it
     * @param ready fibers that wait for it
     * @param pins waits that held it, since the start
     */
    record Worker(
            String name,
            boolean asleep,
            double busy,
            long queued,
            long ready,
            double jobs,
            double steals,
            double mounts,
            double parks,
            long pins) {
        private static Worker of(WorkerStatistics earlier, WorkerStatistics later) {
            long nanos = Math.max(1, later.takenAtNanos() - earlier.takenAtNanos());
            return new Worker(
                    later.name(),
                    later.isAsleep(),
                    Math.clamp((double) (later.busyNanos() - earlier.busyNanos()) / nanos, 0, 1),
                    later.queuedJobs(),
                    later.readyFibers(),
                    perSecond(later.jobsRun() - earlier.jobsRun(), nanos),
                    perSecond(later.steals() - earlier.steals(), nanos),
                    perSecond(later.mounts() - earlier.mounts(), nanos),
                    perSecond(later.parks() - earlier.parks(), nanos),
                    later.pins());
        }

        private static double perSecond(long count, long nanos) {
            return (double) count * Duration.ofSeconds(1).toNanos() / nanos;
        }
    }

    /** What happened between two looks. */
    static WorkersState between(String fibers, List<WorkerStatistics> before, List<WorkerStatistics> now) {
        List<Worker> workers = new ArrayList<>();
        List<Long> lengths = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            WorkerStatistics earlier = before.get(i);
            WorkerStatistics later = now.get(i);
            workers.add(Worker.of(earlier, later));
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
        return new WorkersState(fibers, workers, lengths);
    }
}
