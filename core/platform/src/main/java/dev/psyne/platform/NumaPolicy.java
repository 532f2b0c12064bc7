package dev.psyne.platform;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * On which NUMA nodes pages are placed (mbind(2)). Immutable.
 *
 * @param mode how the nodes are used
 * @param nodes their numbers, none for {@link Mode#FIRST_TOUCH}
 */
public record NumaPolicy(Mode mode, Set<Integer> nodes) {
    /** Nodes there may be at most (the kernel's own bound on x86-64). */
    public static final int MAX_NODES = 1024;

    /** The policies of the kernel that are offered. */
    public enum Mode {
        /** Each page on the node of the processor that first writes it (MPOL_DEFAULT). */
        FIRST_TOUCH,
        /** Pages on these nodes only (MPOL_BIND). */
        BIND,
        /** Pages on these nodes in turn (MPOL_INTERLEAVE). */
        INTERLEAVE
    }

    /** Checks that there are nodes where nodes are needed, each from 0 to {@value #MAX_NODES} - 1. */
    public NumaPolicy {
        if (mode != Mode.FIRST_TOUCH && nodes.isEmpty()) {
            throw new IllegalArgumentException(mode + " names no node; name at least one");
        }
        for (int node : nodes) {
            if (node < 0 || node >= MAX_NODES) {
                throw new IllegalArgumentException("NUMA node is " + node + "; it may be 0 to " + (MAX_NODES - 1));
            }
        }
        nodes = Set.copyOf(nodes);
    }

    /** Pages on these nodes only. */
    public static NumaPolicy bind(int... nodes) {
        return new NumaPolicy(Mode.BIND, set(nodes));
    }

    /** Pages on these nodes in turn. */
    public static NumaPolicy interleave(int... nodes) {
        return new NumaPolicy(Mode.INTERLEAVE, set(nodes));
    }

    /** Each page where it is first written. */
    public static NumaPolicy firstTouch() {
        return new NumaPolicy(Mode.FIRST_TOUCH, Set.of());
    }

    private static Set<Integer> set(int[] nodes) {
        Set<Integer> result = new TreeSet<>();
        Arrays.stream(nodes).forEach(result::add);
        return result;
    }
}
