package dev.psyne.platform;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import java.util.TreeSet;

/** Placing pages on NUMA nodes and asking where they are: mbind(2) and move_pages(2). */
final class NumaPlacement {
    private static final String ONLINE = "sys/devices/system/node/online";
    private static final int MPOL_BIND = 2;
    private static final int MPOL_INTERLEAVE = 3;
    private static final int MPOL_MF_STRICT = 1;
    private static final int MPOL_MF_MOVE = 2;
    private static final int THIS_PROCESS = 0;
    private static final long MOST_SAMPLES = 64;

    private NumaPlacement() {}

    /** The numbers of the nodes that are online; node 0 alone where the kernel does not say. */
    static Set<Integer> online(Host host) {
        Set<Integer> nodes = new TreeSet<>();
        for (String range :
                host.lines(ONLINE).stream().findFirst().orElse("0").strip().split(",")) {
            String[] ends = range.split("-");
            for (int node = Integer.parseInt(ends[0]); node <= Integer.parseInt(ends[ends.length - 1]); node++) {
                nodes.add(node);
            }
        }
        return nodes;
    }

    static void place(LinuxCalls calls, Host host, MappedPages pages, NumaPolicy policy) {
        if (policy.mode() == NumaPolicy.Mode.FIRST_TOUCH) {
            return;
        }
        Set<Integer> online = online(host);
        for (int node : policy.nodes()) {
            if (!online.contains(node)) {
                throw new IllegalArgumentException(
                        "NUMA node " + node + " is not on this machine; its nodes are " + online);
            }
        }
        int mode = policy.mode() == NumaPolicy.Mode.BIND ? MPOL_BIND : MPOL_INTERLEAVE;
        // A page that others map too cannot be moved: strict is for binding, where a page elsewhere breaks the promise.
        int flags = MPOL_MF_MOVE | (mode == MPOL_BIND ? MPOL_MF_STRICT : 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(ValueLayout.JAVA_LONG, NumaPolicy.MAX_NODES / Long.SIZE);
            for (int node : policy.nodes()) {
                long word = mask.getAtIndex(ValueLayout.JAVA_LONG, node / Long.SIZE);
                mask.setAtIndex(ValueLayout.JAVA_LONG, node / Long.SIZE, word | 1L << node);
            }
            // The kernel takes one off the count of bits (mbind(2), BUGS).
            long result = calls.call(
                    SystemCall.MBIND,
                    pages.address(),
                    pages.mapped(),
                    mode,
                    mask.address(),
                    NumaPolicy.MAX_NODES + 1,
                    flags);
            if (result != 0) {
                throw new VirtualMemoryException(
                        "mbind of " + pages.mapped() + " bytes to " + policy + " failed with " + Errno.name(result));
            }
        }
    }

    static Set<Integer> nodes(LinuxCalls calls, MappedPages pages) {
        long all = pages.mapped() / calls.pageBytes();
        long count = Math.min(all, MOST_SAMPLES);
        Set<Integer> nodes = new TreeSet<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment addresses = arena.allocate(ValueLayout.JAVA_LONG, count);
            MemorySegment found = arena.allocate(ValueLayout.JAVA_INT, count);
            for (long sample = 0; sample < count; sample++) {
                long page = pages.address() + all * sample / count * calls.pageBytes();
                addresses.setAtIndex(ValueLayout.JAVA_LONG, sample, page);
            }
            long result =
                    calls.call(SystemCall.MOVE_PAGES, THIS_PROCESS, count, addresses.address(), 0, found.address(), 0);
            for (long sample = 0; result == 0 && sample < count; sample++) {
                int node = found.getAtIndex(ValueLayout.JAVA_INT, sample);
                if (node >= 0) {
                    nodes.add(node);
                }
            }
        }
        return nodes;
    }
}
