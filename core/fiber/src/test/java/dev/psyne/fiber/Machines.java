package dev.psyne.fiber;

import dev.psyne.platform.CpuSet;
import dev.psyne.platform.Processor;
import dev.psyne.platform.Topology;
import java.util.ArrayList;
import java.util.List;

/** Machines that are not this one. */
record Machines(Topology topology) {
    /** As x86 numbers its CPUs: all first threads of all cores, then all second ones. */
    static Machines server(int packages, int coresEach, int threads, int coresPerCache) {
        int cores = packages * coresEach;
        List<Processor> processors = new ArrayList<>();
        for (int cpu = 0; cpu < cores * threads; cpu++) {
            int core = cpu % cores;
            int pack = core / coresEach;
            int cache = core / coresPerCache * coresPerCache;
            int first = pack * coresEach;
            processors.add(new Processor(cpu, core, cpu / cores, cache, first, first, pack, false));
        }
        return new Machines(new Topology(processors));
    }

    /** Fast cores of two threads each, numbered side by side, then efficient ones. */
    static Machines hybrid(int fastCores, int efficientCores) {
        List<Processor> processors = new ArrayList<>();
        for (int cpu = 0; cpu < 2 * fastCores; cpu++) {
            processors.add(new Processor(cpu, cpu & ~1, cpu & 1, 0, 0, 0, 0, false));
        }
        for (int cpu = 2 * fastCores; cpu < 2 * fastCores + efficientCores; cpu++) {
            processors.add(new Processor(cpu, cpu, 0, 0, 0, 0, 0, true));
        }
        return new Machines(new Topology(processors));
    }

    CpuSet cpus() {
        return topology.cpus();
    }
}
