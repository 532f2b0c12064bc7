package dev.psyne.platform;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * The logical CPUs that are online and what they share: cores, last-level caches, dies, packages and NUMA nodes, as the
 * kernel describes them (Documentation/admin-guide/cputopology.rst, Documentation/ABI/testing/sysfs-devices-system-cpu).
 * Immutable.
 *
 * <p>Where the kernel says nothing of a level, the next larger one stands for it: without cache files, as in some
 * containers, CPUs of one die count as sharing a cache. Where it does not even list its CPUs, or a file says something that cannot be understood, there is
 * one flat package of as many CPUs as the JVM sees, and {@link #remark()} tells which file and why: a machine
 * described badly is to run, if slower, rather than not at all.
 */
public final class Topology {
    /** How near two CPUs are, from near to far. */
    public enum Distance {
        /** SMT siblings, which share even the first-level cache. */
        SAME_CORE,
        /** They share their last-level cache. */
        SAME_CACHE,
        /** They are in one package. */
        SAME_PACKAGE,
        /** They are in different packages. */
        ELSEWHERE
    }

    private final List<Processor> processors;
    private final Map<Integer, Processor> byNumber = new HashMap<>();
    private final Optional<String> remark;

    /** Not flat; for a machine that is described by hand, as in a test. */
    public Topology(List<Processor> processors) {
        this(processors, Optional.empty());
    }

    Topology(List<Processor> processors, Optional<String> remark) {
        this.processors = List.copyOf(processors);
        this.remark = remark;
        for (Processor processor : processors) {
            if (byNumber.put(processor.cpu(), processor) != null) {
                throw new IllegalArgumentException("CPU " + processor.cpu() + " is there twice");
            }
        }
        if (byNumber.isEmpty()) {
            throw new IllegalArgumentException("a machine has at least one CPU");
        }
    }

    /** The topology of this machine, read anew. Takes about 20 µs for each core, and as much for each cache and package. */
    public static Topology current() {
        return read(Host.current(), Runtime.getRuntime().availableProcessors());
    }

    static Topology read(Host host, int processors) {
        if (!host.isLinux()) {
            return flat(processors, "the topology is read on Linux only, this is " + host.system());
        }
        try {
            return TopologyReader.read(host);
        } catch (UnreadableTopologyException unreadable) {
            return flat(processors, unreadable.getMessage());
        }
    }

    /** One package of single-threaded cores that share a cache. */
    static Topology flat(int processors, String remark) {
        List<Processor> all = IntStream.range(0, processors)
                .mapToObj(cpu -> new Processor(cpu, cpu, 0, 0, 0, 0, 0, false))
                .toList();
        return new Topology(all, Optional.of(remark));
    }

    /** The CPUs that are online, by ascending number. */
    public List<Processor> processors() {
        return processors;
    }

    /** The numbers of the CPUs that are online. */
    public CpuSet cpus() {
        return CpuSet.of(processors.stream().mapToInt(Processor::cpu).toArray());
    }

    /**
     * What is known of a CPU.
     *
     * @throws IllegalArgumentException if it is not online
     */
    public Processor processor(int cpu) {
        Processor found = byNumber.get(cpu);
        if (found == null) {
            throw new IllegalArgumentException("CPU " + cpu + " is not online; those online are " + cpus());
        }
        return found;
    }

    /**
     * How near two CPUs are.
     *
     * @throws IllegalArgumentException if one of them is not online
     */
    public Distance distance(int first, int second) {
        Processor a = processor(first);
        Processor b = processor(second);
        if (a.core() == b.core()) {
            return Distance.SAME_CORE;
        }
        if (a.cache() == b.cache()) {
            return Distance.SAME_CACHE;
        }
        return a.socket() == b.socket() ? Distance.SAME_PACKAGE : Distance.ELSEWHERE;
    }

    /** How many packages, that is sockets, have a CPU online. */
    public int packages() {
        return distinct(Processor::socket);
    }

    /** How many last-level caches the CPUs online have. */
    public int caches() {
        return distinct(Processor::cache);
    }

    /** How many cores have a CPU online. */
    public int cores() {
        return distinct(Processor::core);
    }

    /** How many NUMA nodes have a CPU online. */
    public int nodes() {
        return distinct(Processor::node);
    }

    /** Why this is a flat topology that nobody has read; empty if it was read. */
    public Optional<String> remark() {
        return remark;
    }

    private int distinct(ToIntFunction<Processor> group) {
        return (int) processors.stream().mapToInt(group).distinct().count();
    }
}
