package dev.psyne.bench.fiber;

import dev.psyne.bench.Row;
import dev.psyne.fiber.FiberProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What RustFiber's own benchmarks measure, done with ours in the same sizes. */
final class RustFiberMeasures {
    private static final double NANOS_PER_MICRO = 1e3;

    private final int cores;
    private final Optional<RustFiber> peer;
    private final List<Measure> all = new ArrayList<>();

    private RustFiberMeasures(int cores, Optional<RustFiber> peer) {
        this.cores = cores;
        this.peer = peer;
    }

    /** All of them; without the peer only ours can be measured. */
    static List<Measure> all(int cores, Optional<RustFiber> peer) {
        RustFiberMeasures measures = new RustFiberMeasures(cores, peer);
        measures.jobs();
        measures.loops();
        measures.memory();
        return List.copyOf(measures.all);
    }

    private void jobs() {
        for (int workers : cores == 1 ? new int[] {1} : new int[] {1, cores}) {
            String suffix = workers == 1 ? ", 1 worker" : ", " + workers + " workers";
            // A virtual thread each is more than the bench's heap holds.
            all.add(throughput(
                            "spawn 1 M jobs with one counter" + suffix,
                            1_000_000,
                            4,
                            fibers -> new FlatSpawns(workers, fibers, 1_000_000),
                            "throughput",
                            "throughput_scaling/spawn_1m/" + workers)
                    .once());
        }
        all.add(time("start 32 workers, a job, shutdown", StartedPool::new, "startup", "startup/config/default_16"));
        all.add(new Measure(
                "one turn of ping-pong, their raw switch",
                "ns",
                Row.Better.LOWER,
                RustFiber.NAME,
                Row.NO_GOAL,
                false,
                fibers -> {
                    PingPong pingPong = new PingPong(fibers);
                    return Contest.of(
                            () -> NANOS_PER_MICRO / pingPong.ours(),
                            () -> theirs("fiber_switch", "raw_fiber_switch"),
                            pingPong::close);
                }));
    }

    private void loops() {
        for (int items : new int[] {1_000, 10_000, 100_000}) {
            addSize(
                    items == 100_000,
                    throughput(
                            "imbalanced jobs or items, " + items,
                            items,
                            items == 100_000 ? 5 : 1,
                            fibers -> new FibonacciItems(cores, fibers, items),
                            "work_stealing",
                            "work_stealing/imbalanced/" + items));
        }
        for (int items : new int[] {10_000, 100_000, 1_000_000}) {
            addSize(
                    items == 1_000_000,
                    throughput(
                            "EP of sines, " + items,
                            items,
                            1,
                            fibers -> new CircleSum(cores, fibers, items),
                            "scientific",
                            "scientific/ep/tasks/" + items));
        }
        int[][] trees = {{4, 4}, {6, 3}, {8, 2}};
        for (int[] tree : trees) {
            addSize(
                    tree == trees[1],
                    time(
                            "transforms, " + tree[0] + " levels of " + tree[1] + " children",
                            fibers -> new TransformTree(cores, fibers, tree[0], tree[1]),
                            "transform",
                            "transform_hierarchy/hierarchy/d" + tree[0] + "_b" + tree[1]));
        }
    }

    private void memory() {
        for (int items : new int[] {10_000, 100_000, 500_000}) {
            addSize(
                    items == 500_000,
                    throughput(
                            "producer and consumer, bounded queue, " + items,
                            items,
                            1,
                            fibers -> new QueueTransfer(cores, fibers, items),
                            "producer_consumer",
                            "producer_consumer/items/" + items));
        }
        all.add(throughput(
                "producer and consumer, channel, 500000",
                500_000,
                1,
                fibers -> new ChannelTransfer(cores, fibers, 500_000),
                "producer_consumer",
                "producer_consumer/items/500000"));
        for (int jobs : new int[] {1_000, 10_000, 100_000, 1_000_000}) {
            addSize(
                    jobs == 1_000_000,
                    throughput(
                            "allocation of jobs, " + jobs,
                            jobs,
                            1,
                            fibers -> new JobAllocation(cores, fibers, jobs),
                            "allocation",
                            "allocation/jobs/" + jobs));
        }
    }

    /** Of several sizes one is repeated on the supported API. */
    private void addSize(boolean repeats, Measure measure) {
        all.add(repeats ? measure : measure.once());
    }

    private Measure throughput(
            String name,
            int items,
            double goal,
            Function<FiberProvider, Iteration> ours,
            String program,
            String benchmark) {
        double scale = items * NANOS_PER_MICRO;
        return Measure.more(name, "M/s", RustFiber.NAME, goal, fibers -> {
            Iteration iteration = ours.apply(fibers);
            return Contest.of(
                    () -> scale / iteration.nanos(), () -> scale / theirs(program, benchmark), iteration::close);
        });
    }

    private Measure time(String name, Function<FiberProvider, Iteration> ours, String program, String benchmark) {
        return Measure.less(name, "µs", RustFiber.NAME, 1, fibers -> {
            Iteration iteration = ours.apply(fibers);
            return Contest.of(
                    () -> iteration.nanos() / NANOS_PER_MICRO,
                    () -> theirs(program, benchmark) / NANOS_PER_MICRO,
                    iteration::close);
        });
    }

    private double theirs(String program, String benchmark) throws InterruptedException {
        return peer.orElseThrow().nanos(program, benchmark);
    }
}
