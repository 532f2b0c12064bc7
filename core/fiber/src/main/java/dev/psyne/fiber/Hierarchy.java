package dev.psyne.fiber;

import java.util.Arrays;

/**
 * A forest given by the parent of each node, its nodes sorted by level: what {@link Parallel#forEachNode} runs over. Made
 * once, used as often as wanted, from any thread; takes 8 bytes a node, and 8 more while it is made.
 *
 * <p>Within a level, nodes stand in the order of their parents, so that the children of a node are neighbours.
 */
public final class Hierarchy {
    /** Stands for the parent of a root. */
    public static final int NO_PARENT = -1;

    private final int[] parents;
    private final int[] nodes;
    private final int[] levelEnds;

    private Hierarchy(int[] parents, int[] nodes, int[] levelEnds) {
        this.parents = parents;
        this.nodes = nodes;
        this.levelEnds = levelEnds;
    }

    /**
     * The hierarchy in which {@code parents[node]} is the parent of {@code node}; the array is copied.
     *
     * @throws IllegalArgumentException if a parent is neither a node nor {@link #NO_PARENT}, or a node is its own ancestor;
     *     the message names the node
     */
    public static Hierarchy of(int... parents) {
        int[] copy = parents.clone();
        int[] childEnds = childEnds(copy);
        int[] nodes = new int[copy.length];
        int[] childrenByParent = childrenByParent(copy, childEnds);
        // Level by level: the roots stand first in childrenByParent, then the children of each node in turn.
        int sorted = childEnds[0];
        System.arraycopy(childrenByParent, 0, nodes, 0, sorted);
        int[] levelEnds = new int[16];
        int levels = 0;
        int begin = 0;
        while (begin < sorted) {
            int end = sorted;
            levelEnds = levels < levelEnds.length ? levelEnds : Arrays.copyOf(levelEnds, 2 * levels);
            levelEnds[levels++] = end;
            for (; begin < end; begin++) {
                int from = childEnds[nodes[begin]];
                int count = childEnds[nodes[begin] + 1] - from;
                System.arraycopy(childrenByParent, from, nodes, sorted, count);
                sorted += count;
            }
        }
        if (sorted < copy.length) {
            throw new IllegalArgumentException(cycle(copy, nodes, sorted));
        }
        return new Hierarchy(copy, nodes, Arrays.copyOf(levelEnds, levels));
    }

    /** How many nodes it has. */
    public int size() {
        return nodes.length;
    }

    /** How many levels it has; the roots are the first. */
    public int levels() {
        return levelEnds.length;
    }

    int levelBegin(int level) {
        return level == 0 ? 0 : levelEnds[level - 1];
    }

    int levelEnd(int level) {
        return levelEnds[level];
    }

    /** Runs the body for the nodes at these places of the sorted order. */
    void run(int from, int to, NodeBody body) {
        for (int place = from; place < to; place++) {
            int node = nodes[place];
            body.run(node, parents[node]);
        }
    }

    /** Where in the list of all children the roots end (first), and then the children of each node. */
    private static int[] childEnds(int[] parents) {
        int[] ends = new int[parents.length + 1];
        for (int node = 0; node < parents.length; node++) {
            int parent = parents[node];
            if (parent < NO_PARENT || parent >= parents.length) {
                throw new IllegalArgumentException("node " + node + " has the parent " + parent + ", which is neither "
                        + NO_PARENT + " (a root) nor a node 0 to " + (parents.length - 1));
            }
            ends[parent + 1]++;
        }
        for (int i = 1; i < ends.length; i++) {
            ends[i] += ends[i - 1];
        }
        return ends;
    }

    private static int[] childrenByParent(int[] parents, int[] childEnds) {
        int[] next = childEnds.clone();
        int[] children = new int[parents.length];
        for (int node = parents.length - 1; node >= 0; node--) {
            children[--next[parents[node] + 1]] = node;
        }
        return children;
    }

    private static String cycle(int[] parents, int[] nodes, int sorted) {
        boolean[] placed = new boolean[parents.length];
        for (int place = 0; place < sorted; place++) {
            placed[nodes[place]] = true;
        }
        int node = 0;
        while (placed[node]) {
            node++;
        }
        // Whatever is not placed hangs below a cycle or is in one: so many steps up end in it.
        for (int step = 0; step < parents.length; step++) {
            node = parents[node];
        }
        return "node " + node + " is its own ancestor, by way of its parent " + parents[node];
    }
}
