package dev.psyne.bench.fiber;

import dev.psyne.bench.Row;
import dev.psyne.bench.Turns;
import java.util.ArrayList;
import java.util.List;

/** The area {@code fiber}: what a job, a loop, a wait and a wake-up cost, beside the JDK's pools with as many threads. */
public final class FiberBench {
    private static final String POOL = "ForkJoinPool";
    private static final String STREAM = "parallel stream";
    private static final String VIRTUAL = "virtual threads";
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private final List<Row> rows = new ArrayList<>();

    /**
     * Measures.
     *
     * @param prefix how the names of the rows wanted begin; empty for all
     */
    public List<Row> run(String prefix) throws InterruptedException {
        for (int workers : CORES == 1 ? new int[] {1} : new int[] {1, CORES}) {
            String suffix = workers == 1 ? ", 1 worker" : ", " + workers + " workers";
            if (isWanted("spawn 1 M jobs" + suffix, prefix)) {
                try (Spawns spawns = new Spawns(workers)) {
                    more("spawn 1 M jobs" + suffix, "M/s", POOL, 1.0, spawns::ours, spawns::forkJoin);
                }
            }
            if (isWanted("fib(25), an await at each node" + suffix, prefix)) {
                try (Fibonacci fibonacci = new Fibonacci(workers)) {
                    more(
                            "fib(25), an await at each node" + suffix,
                            "M nodes/s",
                            POOL,
                            1.0,
                            fibonacci::ours,
                            fibonacci::forkJoin);
                }
            }
        }
        loops(prefix);
        waits(prefix);
        return rows;
    }

    private void loops(String prefix) throws InterruptedException {
        for (LoopBody body : LoopBody.values()) {
            String name = "batch of 10 M indices, " + body.label();
            if (isWanted(name, prefix)) {
                try (Loops loops = new Loops(CORES, body, 10_000_000)) {
                    more(name, "M/s", STREAM, 1.0, loops::batch, loops::stream);
                }
            }
        }
        for (Imbalance imbalance : Imbalance.values()) {
            String name = "imbalanced loop, " + imbalance.label();
            if (isWanted(name, prefix)) {
                try (ImbalancedLoops loops = new ImbalancedLoops(CORES, imbalance)) {
                    more(name, "M/s", STREAM, imbalance.goal(), loops::ours, loops::stream);
                }
            }
        }
    }

    private void waits(String prefix) throws InterruptedException {
        if (isWanted("ping-pong of two jobs", prefix)) {
            try (PingPong pingPong = new PingPong()) {
                more("ping-pong of two jobs", "M/s", VIRTUAL, 1.5, pingPong::ours, pingPong::virtualThreads);
            }
        }
        if (isWanted("100 000 waiting jobs", prefix)) {
            WaitingJobs waiting = new WaitingJobs(CORES);
            less("100 000 waiting jobs, resume all", "ms", VIRTUAL, 1.0, waiting::ours, waiting::virtualThreads);
            less("100 000 waiting jobs, each", "B", VIRTUAL, 1.0, waiting::ourBytes, waiting::virtualThreadBytes);
        }
        if (isWanted("wake-up after 10 ms", prefix)) {
            rows.addAll(new WakeUps(CORES).rows());
        }
        if (isWanted("32 workers to the first job", prefix)) {
            less("32 workers to the first job", "ms", POOL, 1.0, Starts::ours, Starts::forkJoin);
            double[] all = Turns.medians(Starts::oursAll);
            rows.add(Row.target("32 workers started, 32 jobs done", "ms", all[0], Starts.GOAL_MILLIS));
        }
    }

    private void more(
            String name, String unit, String peer, double goal, Turns.Contestant ours, Turns.Contestant theirs)
            throws InterruptedException {
        double[] figures = Turns.medians(ours, theirs);
        rows.add(new Row(name, unit, Row.Better.HIGHER, figures[0], peer, figures[1], goal));
    }

    private void less(
            String name, String unit, String peer, double goal, Turns.Contestant ours, Turns.Contestant theirs)
            throws InterruptedException {
        double[] figures = Turns.medians(ours, theirs);
        rows.add(new Row(name, unit, Row.Better.LOWER, figures[0], peer, figures[1], goal));
    }

    private static boolean isWanted(String part, String prefix) {
        return part.startsWith(prefix) || prefix.startsWith(part);
    }
}
