package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class HierarchyTest {
    @ParameterizedTest
    @EnumSource
    void eachNodeRunsOnceAfterItsParentAndSeesWhatThatWrote(FiberProvider provider) {
        Random random = new Random(11);
        try (Scheduler scheduler = ParallelTest.scheduler(provider, 3)) {
            for (int size : new int[] {0, 1, 2, 100, 50_000}) {
                int[] parents = forest(random, size);
                AtomicIntegerArray runs = new AtomicIntegerArray(size);
                int[] depths = new int[size];
                Parallel.on(scheduler).forEachNode(Hierarchy.of(parents), (node, parent) -> {
                    assertEquals(parents[node], parent);
                    depths[node] = parent == Hierarchy.NO_PARENT ? 1 : depths[parent] + 1;
                    runs.incrementAndGet(node);
                });
                for (int node = 0; node < size; node++) {
                    assertEquals(1, runs.get(node));
                    assertEquals(depth(parents, node), depths[node]);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aChainIsRunFromItsRoot(FiberProvider provider) {
        int[] parents = new int[10_000];
        for (int node = 0; node < parents.length; node++) {
            parents[node] = node + 1 < parents.length ? node + 1 : Hierarchy.NO_PARENT;
        }
        Hierarchy chain = Hierarchy.of(parents);
        assertEquals(10_000, chain.levels());
        try (Scheduler scheduler = ParallelTest.scheduler(provider, 2)) {
            int[] depths = new int[parents.length];
            Parallel.on(scheduler)
                    .forEachNode(
                            chain,
                            (node, parent) -> depths[node] = parent == Hierarchy.NO_PARENT ? 1 : depths[parent] + 1);
            assertEquals(10_000, depths[0]);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noChildOfANodeThatFailedRuns(FiberProvider provider) {
        IllegalStateException failure = new IllegalStateException();
        int[] runs = new int[5];
        try (Scheduler scheduler = ParallelTest.scheduler(provider, 2)) {
            JobFailedException failed = assertThrows(
                    JobFailedException.class,
                    () -> Parallel.on(scheduler).forEachNode(Hierarchy.of(-1, 0, 1, 1, 2), (node, parent) -> {
                        runs[node]++;
                        if (node == 1) {
                            throw failure;
                        }
                    }));
            assertSame(failure, failed.getCause());
            assertArrayEquals(new int[] {1, 1, 0, 0, 0}, runs);
        }
    }

    @Test
    void theArrayMayChangeAfterwards() {
        int[] parents = {-1, 0};
        Hierarchy hierarchy = Hierarchy.of(parents);
        parents[1] = 17;
        hierarchy.run(1, 2, (node, parent) -> assertEquals(0, parent));
        assertEquals(2, hierarchy.size());
        assertEquals(2, hierarchy.levels());
    }

    @Test
    void namesTheNodeWhoseParentIsNone() {
        assertRefused("node 2 has the parent 3, which is neither -1 (a root) nor a node 0 to 2", -1, 0, 3);
        assertRefused("node 1 has the parent -2, which is neither -1 (a root) nor a node 0 to 1", -1, -2);
    }

    @Test
    void namesANodeThatIsItsOwnAncestor() {
        assertRefused("node 0 is its own ancestor, by way of its parent 0", 0);
        assertRefused("node 2 is its own ancestor, by way of its parent 3", -1, 3, 3, 2);
    }

    private static void assertRefused(String message, int... parents) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> Hierarchy.of(parents))
                        .getMessage());
    }

    private static int[] forest(Random random, int size) {
        int[] labels = new int[size];
        for (int i = 0; i < size; i++) {
            int other = random.nextInt(i + 1);
            labels[i] = labels[other];
            labels[other] = i;
        }
        int[] parents = new int[size];
        for (int i = 0; i < size; i++) {
            boolean root = i == 0 || random.nextInt(100) == 0;
            parents[labels[i]] = root ? Hierarchy.NO_PARENT : labels[random.nextInt(i)];
        }
        return parents;
    }

    private static int depth(int[] parents, int node) {
        int depth = 0;
        for (int at = node; at != Hierarchy.NO_PARENT; at = parents[at]) {
            depth++;
        }
        return depth;
    }
}
