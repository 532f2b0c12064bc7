package dev.psyne.platform;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;

/** What `doctor` says of the CPUs: what they share, and how many of them this process may use. */
final class TopologyProbes {
    private TopologyProbes() {}

    static Availability cores(ProcessorLimits limits) {
        int cores = limits.usable();
        String usable = cores + (cores == 1 ? " core" : " cores") + " for this process";
        return new Available(usable + " (" + String.join(", ", limits.sources()) + ", JVM " + limits.jvm() + ")");
    }

    static Availability topology(Topology topology) {
        if (topology.remark().isPresent()) {
            return new Unavailable(
                    topology.remark().get(),
                    "nothing to do: " + topology.processors().size() + " CPUs count as equally near");
        }
        long efficient =
                topology.processors().stream().filter(Processor::efficient).count();
        return new Available(counted(topology.packages(), "package") + ", "
                + counted(topology.caches(), "last-level cache") + ", "
                + counted(topology.cores(), "core") + ", "
                + counted(topology.processors().size(), "CPU") + " (" + topology.cpus() + ")"
                + (efficient > 0 ? ", " + efficient + " of them of the efficient kind" : ""));
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
