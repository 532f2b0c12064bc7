package dev.psyne.platform;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How much of the machine's CPUs this process may use. {@link #current()} reads it anew; nothing is cached.
 *
 * <p>It differs from {@link Runtime#availableProcessors()} so: that method counts the affinity of the thread that calls
 * it, so a thread pinned to one CPU is told 1, whereas this asks for the process's first thread, which is what
 * {@code taskset} or a container set. The cpuset of the cgroup is looked at itself. Both round the quota of the cgroup
 * up to whole processors and take the least along its parents as far as they can be seen; neither looks at shares or weights. {@link #usable()} is never more than what the JVM says, so that {@code -XX:ActiveProcessorCount} lowers it,
 * unless the calling thread is confined more narrowly than the process. {@code -XX:-UseContainerSupport} has no effect
 * on it.
 *
 * @param affinity the CPUs that the process's first thread may run on; all that are online where that cannot be read
 * @param cpuset the CPUs that the cgroup allows, if it says
 * @param quota the processors whose time the cgroup allows, as 1.5; empty if there is no limit
 * @param jvm what {@link Runtime#availableProcessors()} says, or the count of {@code affinity} where the calling thread is
 *     confined more narrowly than that
 */
public record ProcessorLimits(CpuSet affinity, Optional<CpuSet> cpuset, OptionalDouble quota, int jvm) {
    private static final String STATUS = "proc/self/status";
    private static final String THREAD_STATUS = "proc/thread-self/status";
    private static final String ONLINE = "sys/devices/system/cpu/online";
    private static final String ALLOWED = "Cpus_allowed_list";

    /** What holds for this process now. */
    public static ProcessorLimits current() {
        return read(Host.current(), Runtime.getRuntime().availableProcessors());
    }

    static ProcessorLimits read(Host host, int availableProcessors) {
        Optional<CpuSet> process = allowed(host, STATUS);
        Optional<CpuSet> thread = allowed(host, THREAD_STATUS);
        CpuSet online = host.lines(ONLINE).stream()
                .findFirst()
                .flatMap(CgroupProcessors::nonEmptyList)
                .orElseGet(() -> CpuSet.range(0, availableProcessors - 1));
        // The kernel prints there what was asked for: often every CPU that the machine could ever have.
        CpuSet affinity =
                process.map(online::and).filter(cpus -> !cpus.isEmpty()).orElse(online);
        boolean confined = thread.isPresent() && !thread.get().containsAll(affinity);
        return new ProcessorLimits(
                affinity,
                CgroupProcessors.cpuset(host),
                CgroupProcessors.quota(host),
                confined ? affinity.count() : availableProcessors);
    }

    /** The CPUs that this process may run on: its affinity and its cpuset. */
    public CpuSet allowed() {
        CpuSet both = cpuset.map(affinity::and).orElse(affinity);
        return both.isEmpty() ? affinity : both;
    }

    /** How many threads of this process can run at once, at least 1: the least of affinity, cpuset, quota and the JVM's figure. */
    public int usable() {
        int byQuota = (int) Math.min(CpuSet.MAX_CPUS, Math.ceil(quota.orElse(CpuSet.MAX_CPUS)));
        return Math.max(1, Math.min(jvm, Math.min(byQuota, allowed().count())));
    }

    private static Optional<CpuSet> allowed(Host host, String file) {
        return host.value(file, ALLOWED).flatMap(CgroupProcessors::nonEmptyList);
    }

    /** What limits the process, in words. */
    List<String> sources() {
        return List.of(
                "affinity " + affinity,
                "cpuset " + cpuset.map(CpuSet::toString).orElse("none"),
                "quota " + (quota.isPresent() ? quota.getAsDouble() + " processors" : "none"));
    }
}
