package dev.psyne.bench.fiber;

import dev.psyne.bench.Row;
import dev.psyne.fiber.Priority;
import java.util.ArrayList;
import java.util.List;

/** What is measured beside the JDK's own pools with as many threads, and beside fixed targets. */
final class JdkMeasures {
    private static final String POOL = "ForkJoinPool";
    private static final String STREAM = "parallel stream";
    private static final String VIRTUAL = "virtual threads";
    private static final String TARGET = "target";
    private static final int INDICES = 10_000_000;
    private static final double FIRST_JOB_MILLIS = 1;
    private static final double ALL_STARTED_MILLIS = 5;

    private final int cores;
    private final List<Measure> all = new ArrayList<>();

    private JdkMeasures(int cores) {
        this.cores = cores;
    }

    static List<Measure> all(int cores) {
        JdkMeasures measures = new JdkMeasures(cores);
        measures.jobs();
        measures.loops();
        measures.waits();
        measures.starts();
        return List.copyOf(measures.all);
    }

    /** The number of workers means nothing to virtual threads: those rows are repeated with all cores only. */
    private void jobs() {
        for (int workers : cores == 1 ? new int[] {1} : new int[] {1, cores}) {
            String suffix = workers == 1 ? ", 1 worker" : ", " + workers + " workers";
            List<Measure> each = List.of(
                    Measure.more(
                            "spawn 1 M jobs" + suffix,
                            "M/s",
                            POOL,
                            1.0,
                            fibers -> new Spawns(workers, fibers, Priority.NORMAL)),
                    Measure.more(
                            "spawn 1 M jobs, a quarter of each priority" + suffix,
                            "M/s",
                            POOL,
                            Row.NO_GOAL,
                            fibers -> new Spawns(workers, fibers, Priority.values())),
                    Measure.more(
                            "fib(25), an await at each node" + suffix,
                            "M nodes/s",
                            POOL,
                            1.0,
                            fibers -> new Fibonacci(workers, fibers, Fibonacci.Way.COUNTER)),
                    Measure.more(
                            "fib(25), fork and join at each node" + suffix,
                            "M nodes/s",
                            POOL,
                            1.0,
                            fibers -> new Fibonacci(workers, fibers, Fibonacci.Way.FORK)));
            each.forEach(measure -> all.add(workers == cores ? measure : measure.once()));
        }
    }

    private void loops() {
        for (LoopBody body : LoopBody.values()) {
            String name = "batch of 10 M indices, " + body.label();
            all.add(Measure.more(name, "M/s", STREAM, 1.0, fibers -> new Loops(cores, fibers, body, INDICES)));
        }
        for (Imbalance imbalance : Imbalance.values()) {
            all.add(Measure.more(
                    "imbalanced loop, " + imbalance.label(),
                    "M/s",
                    STREAM,
                    imbalance.goal(),
                    fibers -> new ImbalancedLoops(cores, fibers, imbalance)));
        }
        all.add(Measure.more(
                "NAS EP class S, sums and counts verified",
                "M pairs/s",
                STREAM,
                Row.NO_GOAL,
                fibers -> new NasEp(cores, fibers)));
    }

    private void waits() {
        all.add(Measure.more("ping-pong of two jobs", "M/s", VIRTUAL, 1.5, PingPong::new));
        all.add(Measure.less(
                "100 000 waiting jobs, resume all",
                "ms",
                VIRTUAL,
                1.0,
                fibers -> new WaitingJobs(cores, fibers, WaitingJobs.Figure.RESUME)));
        all.add(Measure.less(
                "100 000 waiting jobs, each",
                "B",
                VIRTUAL,
                1.0,
                fibers -> new WaitingJobs(cores, fibers, WaitingJobs.Figure.BYTES)));
    }

    private void starts() {
        String first = Starts.WORKERS + " workers to the first job";
        all.add(Measure.less(
                first, "ms", TARGET, 1.0, fibers -> Contest.of(() -> Starts.first(fibers), () -> FIRST_JOB_MILLIS)));
        all.add(Measure.less(
                        first,
                        "ms",
                        POOL,
                        Row.NO_GOAL,
                        fibers -> Contest.of(() -> Starts.first(fibers), Starts::forkJoin))
                .once());
        all.add(Measure.less(
                Starts.WORKERS + " workers started, " + Starts.WORKERS + " jobs done",
                "ms",
                TARGET,
                1.0,
                fibers -> Contest.of(() -> Starts.all(fibers), () -> ALL_STARTED_MILLIS)));
        all.add(Measure.less(
                first + ", cold JVM",
                "ms",
                POOL,
                Row.NO_GOAL,
                fibers -> Contest.of(() -> ColdStart.ours(fibers), ColdStart::forkJoin)));
    }
}
