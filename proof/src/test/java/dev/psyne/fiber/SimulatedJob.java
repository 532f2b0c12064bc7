package dev.psyne.fiber;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A job of a simulation: a program drawn from its seed, and the record of how it went. */
final class SimulatedJob implements Runnable {
    private static final int DEEPEST = 4;
    private static final int MOST_OPERATIONS = 6;
    private static final int NOBODY = -1;
    private static final Priority[] PRIORITIES = Priority.values();
    private static final Duration FOR_EVER = Duration.ofHours(1);
    private static final JobLocal<Integer> SPAWNER = JobLocal.withDefault(NOBODY);

    /** Bound to the job that binds it, around some spawns and some waits. */
    static final ScopedValue<Integer> BINDER = ScopedValue.newInstance();

    /** What a job is told to throw. */
    static final class Injected extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Injected(int job) {
            super("injected into job " + job, null, false, false);
        }
    }

    final int id;
    private final Simulation simulation;
    private final Random random;
    private final int depth;
    private final boolean counted;
    private final List<JobGroup> visible;
    private final List<JobGroup> own = new ArrayList<>();
    private int begun;
    private boolean ended;
    private boolean rejected;
    private int spawner = NOBODY;
    private int binder = NOBODY;
    private Throwable failure;
    private Thread thread;

    SimulatedJob(Simulation simulation, int id, long seed, int depth, List<JobGroup> visible, boolean counted) {
        this.simulation = simulation;
        this.id = id;
        this.random = new Random(seed);
        this.depth = depth;
        this.visible = visible;
        this.counted = counted;
    }

    @Override
    public void run() {
        simulation.trace.add("begin", id, 0);
        if (++begun > 1) {
            simulation.broken("job " + id + " ran twice");
        }
        thread = Thread.currentThread();
        checkSpawner();
        try {
            for (int i = random.nextInt(MOST_OPERATIONS + 1); i > 0; i--) {
                operate();
                point();
                checkSpawner();
            }
            if (random.nextInt(12) == 0) {
                throw new Injected(id);
            }
        } catch (Throwable thrown) {
            failure = thrown;
            checkReason(thrown);
            throw thrown;
        } finally {
            ended = true;
            simulation.trace.add("end", id, failure == null ? 0 : 1);
        }
    }

    Thread thread() {
        return thread;
    }

    void reject() {
        rejected = true;
    }

    boolean isRejected() {
        return rejected;
    }

    boolean isNew() {
        return begun == 0;
    }

    boolean isUnder() {
        return begun > 0 && !ended;
    }

    boolean hasEnded() {
        return ended;
    }

    boolean hasFailed() {
        return failure != null;
    }

    boolean failsAlone() {
        return failure != null && !counted;
    }

    boolean isLost() {
        return begun == 0 && !counted && !rejected && !simulation.isStopped();
    }

    private void operate() {
        simulation.trace.add("operate", id, own.size());
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> spawnChildren();
            case 4 -> spawnAfter();
            case 5 -> spawnBatch();
            case 6 -> parallelFor();
            case 7 -> spawnAlone();
            case 8, 9, 10, 11 -> awaitOne(own);
            case 12 -> awaitOne(visible);
            case 13, 14 -> openScope();
            default -> askWhenZero();
        }
    }

    /** Where other workers may go on: nothing, the fiber yields, or the worker stands still with the job. */
    private void point() {
        switch (random.nextInt(4)) {
            case 0 -> Thread.yield();
            case 1 -> simulation.pool.preempt();
            default -> {}
        }
    }

    private SimulatedJob child(boolean countedChild) {
        List<JobGroup> complete = new ArrayList<>(visible);
        own.stream().filter(JobGroup::isSealed).forEach(complete::add);
        SimulatedJob child = simulation.job(random.nextLong(), depth + 1, complete, countedChild);
        child.spawner = id;
        child.binder = BINDER.orElse(NOBODY);
        return child;
    }

    private boolean mayHaveChildren() {
        return depth < DEEPEST && simulation.hasRoom();
    }

    private void spawnChildren() {
        JobGroup group = simulation.group(null);
        for (int i = random.nextInt(4); i >= 0 && mayHaveChildren(); i--) {
            SimulatedJob child = child(true);
            group.jobs.add(child);
            spawn(child, () -> simulation.scheduler.spawn(priority(), group.counter, child));
            point();
        }
        group.seal();
        own.add(group);
    }

    private void spawnAfter() {
        if (own.isEmpty() || !mayHaveChildren()) {
            return;
        }
        JobGroup before = own.get(random.nextInt(own.size()));
        JobGroup group = simulation.group(before);
        SimulatedJob child = child(true);
        group.jobs.add(child);
        spawn(child, () -> simulation.scheduler.spawnAfter(before.counter, group.counter, child));
        group.seal();
        own.add(group);
    }

    private void spawnAlone() {
        if (mayHaveChildren()) {
            SimulatedJob child = child(false);
            spawn(child, () -> simulation.scheduler.spawn(priority(), child));
        }
    }

    private void spawn(SimulatedJob child, Runnable spawning) {
        try {
            SPAWNER.run(id, random.nextInt(3) == 0 ? () -> spawnBound(child, spawning) : spawning);
        } catch (JobRejectedException closed) {
            child.reject();
            if (!simulation.isStopped()) {
                simulation.broken("job " + id + " of an open scheduler may not spawn");
            }
        }
    }

    private void spawnBound(SimulatedJob child, Runnable spawning) {
        child.binder = id;
        ScopedValue.where(BINDER, id).run(spawning);
    }

    private void spawnBatch() {
        JobGroup group = simulation.group(null);
        JobGroup.Batch batch = new JobGroup.Batch(1 + random.nextInt(6));
        group.batches.add(batch);
        try {
            simulation.scheduler.spawnBatch(group.counter, 0, batch.ran.length, 1 + random.nextInt(3), body(batch));
        } catch (JobRejectedException closed) {
            group.batches.clear();
        }
        group.seal();
        own.add(group);
    }

    private void parallelFor() {
        JobGroup.Batch batch = new JobGroup.Batch(1 + random.nextInt(6));
        try {
            simulation.scheduler.parallelFor(0, batch.ran.length, 1 + random.nextInt(3), body(batch));
        } catch (JobFailedException failed) {
            if (!batch.failed) {
                simulation.broken("a loop failed without reason");
            }
        } catch (JobRejectedException closed) {
            return;
        }
        for (int times : batch.ran) {
            if (times > 1 || times == 0 && !batch.failed) {
                simulation.broken("an index of a loop of job " + id + " ran " + times + " times");
            }
        }
    }

    private RangeBody body(JobGroup.Batch batch) {
        int failing = random.nextInt(24);
        return (from, to) -> {
            for (int index = from; index < to; index++) {
                batch.ran[index]++;
                simulation.trace.add("index", id, index);
                if (index == failing) {
                    batch.failed = true;
                    throw new Injected(id);
                }
                point();
            }
        };
    }

    private void awaitOne(List<JobGroup> some) {
        if (some.isEmpty()) {
            return;
        }
        JobGroup group = some.get(random.nextInt(some.size()));
        if (random.nextBoolean()) {
            ScopedValue.where(BINDER, id).run(() -> await(group));
        } else {
            await(group);
        }
    }

    private void await(JobGroup group) {
        boolean zero = true;
        try {
            switch (random.nextInt(5)) {
                case 0, 1 -> group.counter.await();
                case 2 -> group.counter.awaitWithoutHelping();
                case 3 -> zero = group.counter.await(Duration.ZERO);
                default -> zero = group.counter.await(FOR_EVER);
            }
            if (zero && group.hasFailed()) {
                simulation.broken("an await of job " + id + " hides a failure of group " + group.id);
            }
        } catch (JobFailedException failed) {
            if (!group.hasFailed() && !simulation.isStopped()) {
                simulation.broken("an await of job " + id + " throws without reason: " + failed);
            }
            if (random.nextInt(4) == 0) {
                throw failed;
            }
        }
        String wrong = zero ? group.wrongAtZero(simulation.isStopped()) : null;
        if (wrong != null) {
            simulation.broken("after an await of job " + id + ", " + wrong);
        }
        simulation.trace.add("awaited", id, group.id);
    }

    private void askWhenZero() {
        if (!own.isEmpty()) {
            own.get(random.nextInt(own.size())).askWhenZero(() -> {
                if (LoopFiber.current() != null) {
                    point();
                }
            });
        }
    }

    private void openScope() {
        JobScope scope = JobScope.open(simulation.scheduler);
        simulation.opened(scope);
        List<SimulatedJob> inside = new ArrayList<>();
        List<JobResult<Integer>> results = new ArrayList<>();
        try (scope) {
            for (int i = random.nextInt(4); i >= 0 && mayHaveChildren(); i--) {
                SimulatedJob child = child(true);
                inside.add(child);
                SPAWNER.run(
                        id,
                        () -> results.add(scope.spawn(priority(), () -> {
                            child.run();
                            return child.id;
                        })));
                point();
            }
            if (random.nextInt(6) == 0) {
                scope.cancel();
            }
            if (random.nextInt(6) != 0) {
                scope.await();
                checkAll(inside, results);
            }
        } catch (JobCancelledException | JobRejectedException | JobFailedException expected) {
            if (!scope.isCancelled() && !simulation.isStopped()) {
                simulation.broken("a scope of job " + id + " that nobody cancelled throws " + expected);
            }
        } finally {
            simulation.closed(scope);
        }
        if (inside.stream().anyMatch(SimulatedJob::isUnder)) {
            simulation.broken("a job outlives its scope, of job " + id);
        }
    }

    private void checkAll(List<SimulatedJob> inside, List<JobResult<Integer>> results) {
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i).get() != inside.get(i).id) {
                simulation.broken("a result of another job");
            }
        }
    }

    /** A job may end by what it was told to throw, what a job that it awaited threw, or an interrupt. */
    private void checkReason(Throwable thrown) {
        boolean expected = switch (thrown) {
            case Injected _ -> true;
            case JobFailedException _ -> true;
            case AwaitInterruptedException _ -> simulation.hasInterrupts();
            default -> false;
        };
        if (!expected) {
            simulation.broken("job " + id + " ends by " + thrown);
        }
    }

    private void checkSpawner() {
        if (SPAWNER.get() != spawner) {
            simulation.broken("job " + id + " sees what was bound for a child of " + SPAWNER.get());
        }
        if (BINDER.orElse(NOBODY) != binder) {
            simulation.broken("job " + id + " sees what job " + BINDER.orElse(NOBODY) + " has bound");
        }
    }

    private Priority priority() {
        return PRIORITIES[random.nextInt(PRIORITIES.length)];
    }
}
