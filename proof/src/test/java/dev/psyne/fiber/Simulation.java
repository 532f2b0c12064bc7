package dev.psyne.fiber;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * One run of the scheduler's own classes in which a seed decides everything: how many workers there are, what the jobs do,
 * and who does the next step. The calling thread makes the moves of all workers, carries all fibers, and plays the threads
 * outside. The same seed gives the same run.
 *
 * <p>What may come between what: a worker stands still before and after each look around, between announcing its sleep,
 * the second look and the sleep, between finding work and waking the next worker, before and after each mount; a job yields,
 * or is stopped with its worker, between any two of its operations, inside a batch's body and inside an action for a
 * counter's zero. At each such point any other worker, or a thread outside, may do any number of steps. A sleep is a state
 * that somebody has to end, so a lost wake-up is a run in which all sleep and work is left. The fibers are the JDK's virtual
 * threads: a wait unmounts them, {@code unpark} and {@code interrupt} queue them, as in earnest.
 *
 * <p>What may not: two threads between two loads or stores inside one operation of a queue, a counter or a loop. That, and
 * what the memory model allows, is for the stress tests. Time does not pass: a timed wait is over at once, or ended by what
 * it waits for; a deadline is somebody outside who cancels.
 *
 * <p>No run may hang by what its jobs wait for: a job waits for jobs that it spawned, or for groups of its ancestors that
 * were complete before it was spawned, so there is no circle.
 */
final class Simulation {
    private static final int STEPS_AT_MOST = 100_000;
    private static final int JOBS_AT_MOST = 32;
    private static final int MOST_WORKERS = 4;

    /** How unlike the workers' speeds are at most; drawn anew now and then. */
    private static final int MOST_WEIGHT = 12;

    private static final int STEPS_PER_WEIGHTS = 48;

    final Trace trace;
    final Scheduler scheduler;
    final SimulatedPool pool;
    private final List<JobScope> openScopes = new ArrayList<>();

    private final Random random;
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private final int[] weights;
    private final List<SimulatedJob> jobs = new ArrayList<>();
    private final List<JobGroup> groups = new ArrayList<>();
    private final List<Throwable> uncaught = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private int eventsLeft;
    private boolean cancelled;
    private boolean drained;
    private boolean stopped;

    Simulation(long seed, boolean written) {
        trace = new Trace(written);
        random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
        SchedulerOptions options = Scheduler.builder()
                .workers(1 + random.nextInt(MOST_WORKERS))
                .name("simulated")
                .fibers(FiberProvider.LOOP_FIBERS)
                .carries(SimulatedJob.BINDER)
                .uncaughtExceptionHandler((thread, failure) -> uncaught.add(failure))
                .options();
        pool = new SimulatedPool(options, workers);
        scheduler = new Scheduler(options, pool);
        weights = new int[workers.size() + 1];
        eventsLeft = 2 + random.nextInt(8);
    }

    /** Runs to the end and answers what was wrong; empty if nothing. */
    List<String> run() {
        drawWeights();
        spawnRoots();
        while (violations.isEmpty() && step()) {
            checkSleepers();
        }
        checkNothingIsStuck();
        if (violations.isEmpty()) {
            outside(pool::drain);
            while (violations.isEmpty() && step()) {
                checkSleepers();
            }
            checkEnd();
        }
        return violations;
    }

    void broken(String what) {
        violations.add(what + " (step " + trace.steps() + ")");
    }

    /** Whether jobs may have been dropped by the scheduler's end. */
    boolean isStopped() {
        return stopped;
    }

    /** Whether an interrupt may have come to a job. */
    boolean hasInterrupts() {
        return stopped || cancelled || openScopes.stream().anyMatch(JobScope::isCancelled);
    }

    boolean hasRoom() {
        return jobs.size() < JOBS_AT_MOST;
    }

    void opened(JobScope scope) {
        openScopes.add(scope);
    }

    void closed(JobScope scope) {
        cancelled |= scope.isCancelled();
        openScopes.remove(scope);
    }

    SimulatedJob job(long seed, int depth, List<JobGroup> visible, boolean counted) {
        SimulatedJob job = new SimulatedJob(this, jobs.size(), seed, depth, visible, counted);
        jobs.add(job);
        return job;
    }

    JobGroup group(JobGroup before) {
        JobGroup group = new JobGroup(groups.size(), before);
        groups.add(group);
        return group;
    }

    /** One move of somebody who can; false if nobody can and nothing is to come from outside. */
    private boolean step() {
        if (trace.steps() > STEPS_AT_MOST) {
            broken("no end in sight");
            return false;
        }
        if (random.nextInt(STEPS_PER_WEIGHTS) == 0) {
            drawWeights();
        }
        int sum = eventsLeft > 0 ? weights[workers.size()] : 0;
        for (SimulatedWorker worker : workers) {
            sum += worker.canMove() ? weights[worker.index] : 0;
        }
        if (sum == 0) {
            return false;
        }
        int drawn = random.nextInt(sum);
        for (SimulatedWorker worker : workers) {
            drawn -= worker.canMove() ? weights[worker.index] : 0;
            if (drawn < 0) {
                move(worker);
                return true;
            }
        }
        eventsLeft--;
        outside(this::event);
        return true;
    }

    private void move(SimulatedWorker worker) {
        trace.add("worker", worker.index, worker.stage().ordinal());
        pool.moves(worker);
        worker.move(random);
        pool.moves(null);
    }

    private void outside(Runnable action) {
        trace.add("outside", eventsLeft, 0);
        action.run();
    }

    private void drawWeights() {
        for (int i = 0; i < weights.length; i++) {
            weights[i] = 1 + random.nextInt(MOST_WEIGHT);
        }
    }

    private void event() {
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> spawnRoots();
            case 3, 4, 5, 6 -> {
                if (!openScopes.isEmpty()) {
                    openScopes.get(random.nextInt(openScopes.size())).cancel();
                }
            }
            case 7, 8 ->
                LockSupport.unpark(jobs.get(random.nextInt(jobs.size())).thread());
            case 9 -> groups.get(random.nextInt(groups.size())).askWhenZero(() -> {});
            case 10 -> {
                if (random.nextInt(4) == 0) {
                    drained = true;
                    pool.drain();
                }
            }
            default -> {
                if (random.nextInt(8) == 0) {
                    stopped = true;
                    drained = true;
                    pool.stop();
                }
            }
        }
    }

    private void spawnRoots() {
        JobGroup group = group(null);
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            SimulatedJob job = job(random.nextLong(), 0, List.of(), true);
            group.jobs.add(job);
            try {
                scheduler.spawn(Priority.values()[random.nextInt(4)], group.counter, job);
            } catch (JobRejectedException closed) {
                job.reject();
                if (!drained) {
                    broken("a job was rejected by an open scheduler");
                }
            }
        }
    }

    /** No work is left while a worker sleeps, unless somebody is about to look. */
    private void checkSleepers() {
        boolean sleeping = false;
        for (SimulatedWorker worker : workers) {
            if (worker.searches()) {
                return;
            }
            sleeping |= worker.sleeps();
        }
        if (sleeping && pool.hasWork()) {
            broken("lost wake-up: work is queued, a worker sleeps, and none looks for work");
        }
    }

    private void checkNothingIsStuck() {
        for (SimulatedJob job : jobs) {
            if (violations.isEmpty() && job.isUnder()) {
                broken("job " + job.id + " waits for ever");
            }
        }
    }

    private void checkEnd() {
        for (SimulatedWorker worker : workers) {
            if (worker.isStarted() && worker.stage() != SimulatedWorker.Stage.GONE) {
                broken("worker " + worker.index + " does not end");
            }
        }
        SchedulerStatistics statistics = pool.statistics();
        if (statistics.queuedJobs() != 0 || statistics.waitingFibers() != 0) {
            broken("left behind: " + statistics);
        }
        for (JobGroup group : groups) {
            String wrong = group.wrongAtEnd(stopped);
            if (wrong != null) {
                broken(wrong);
            }
        }
        long thrown = jobs.stream().filter(SimulatedJob::failsAlone).count();
        long seen = uncaught.stream()
                .filter(failure -> !(failure instanceof JobRejectedException))
                .count();
        if (thrown != seen) {
            broken(thrown + " jobs without a counter threw, the handler was given " + seen + ": " + uncaught);
        }
        for (SimulatedJob job : jobs) {
            if (job.isLost()) {
                broken("job " + job.id + " never ran");
            }
        }
    }
}
