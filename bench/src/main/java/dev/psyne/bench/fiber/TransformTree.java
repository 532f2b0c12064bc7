package dev.psyne.bench.fiber;

import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Hierarchy;
import dev.psyne.fiber.Parallel;
import dev.psyne.fiber.Scheduler;

/** {@code hierarchy}: a full tree, level by level, each node one further than its parent. RustFiber's do not keep the sum. */
final class TransformTree implements Iteration {
    private final Scheduler scheduler;
    private final Parallel parallel;
    private final Hierarchy hierarchy;
    private final float[] positions;
    private final int depth;

    TransformTree(int workers, FiberProvider fibers, int depth, int branching) {
        this.scheduler = Schedulers.of(workers, fibers);
        this.parallel = Parallel.on(scheduler);
        this.depth = depth;
        int[] parents = parents(depth, branching);
        this.hierarchy = Hierarchy.of(parents);
        this.positions = new float[parents.length];
    }

    private static int[] parents(int depth, int branching) {
        int nodes = 0;
        for (int level = 0, width = 1; level < depth; level++, width *= branching) {
            nodes += width;
        }
        int[] parents = new int[nodes];
        parents[0] = Hierarchy.NO_PARENT;
        for (int node = 1; node < nodes; node++) {
            parents[node] = (node - 1) / branching;
        }
        return parents;
    }

    @Override
    public void run() {
        parallel.forEachNode(
                hierarchy,
                (node, parent) -> positions[node] = parent == Hierarchy.NO_PARENT ? 1 : positions[parent] + 1);
    }

    @Override
    public void check() {
        float last = positions[positions.length - 1];
        Wrong.unless(last == depth, "the deepest node came out as " + last);
        positions[positions.length - 1] = 0;
    }

    @Override
    public void close() {
        scheduler.close();
    }
}
