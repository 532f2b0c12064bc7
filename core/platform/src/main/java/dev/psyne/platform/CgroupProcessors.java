package dev.psyne.platform;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The limits that control groups set on processors: {@code cpu.max} and {@code cpuset.cpus.effective} of version 2
 * (Documentation/admin-guide/cgroup-v2.rst), {@code cpu.cfs_quota_us} and {@code cpuset.effective_cpus} of version 1
 * (Documentation/scheduler/sched-bwc.rst, admin-guide/cgroup-v1/cpusets.rst). On a machine with both, each controller is
 * in one of them. What is absent or cannot be understood is no limit.
 */
final class CgroupProcessors {
    private static final String NO_LIMIT = "max";

    private CgroupProcessors() {}

    /** The processors whose time the least group allows. */
    static OptionalDouble quota(Host host) {
        OptionalDouble unified = Cgroup.unified(host)
                .map(group -> least(group.directories().stream()
                        .map(directory -> unifiedQuota(host, directory))
                        .toList()))
                .orElse(OptionalDouble.empty());
        OptionalDouble older = Cgroup.of(host, "cpu")
                .map(group -> least(group.directories().stream()
                        .map(directory -> olderQuota(host, directory))
                        .toList()))
                .orElse(OptionalDouble.empty());
        return least(List.of(unified, older));
    }

    /** The CPUs of the nearest group that names any. */
    static Optional<CpuSet> cpuset(Host host) {
        Optional<CpuSet> unified = Cgroup.unified(host).flatMap(group -> nearest(host, group, "cpuset.cpus.effective"));
        return unified.or(() -> Cgroup.of(host, "cpuset")
                .flatMap(group ->
                        nearest(host, group, "cpuset.effective_cpus").or(() -> nearest(host, group, "cpuset.cpus"))));
    }

    /** The CPUs of a list; none if it is empty or no list. */
    static Optional<CpuSet> nonEmptyList(String text) {
        try {
            CpuSet cpus = CpuSet.parse(text);
            return cpus.isEmpty() ? Optional.empty() : Optional.of(cpus);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static Optional<CpuSet> nearest(Host host, Cgroup group, String file) {
        return group.directories().stream()
                .flatMap(
                        directory -> host.lines(directory + "/" + file).stream().limit(1))
                .flatMap(line -> nonEmptyList(line).stream())
                .findFirst();
    }

    /** {@code cpu.max}: a quota or {@code max}, and a period, both in microseconds. */
    private static OptionalDouble unifiedQuota(Host host, String directory) {
        for (String line : host.lines(directory + "/cpu.max")) {
            String[] fields = line.strip().split(" ");
            if (fields.length == 2 && !fields[0].equals(NO_LIMIT)) {
                return processors(fields[0], fields[1]);
            }
        }
        return OptionalDouble.empty();
    }

    /** A quota of -1 is no limit. */
    private static OptionalDouble olderQuota(Host host, String directory) {
        List<String> quota = host.lines(directory + "/cpu.cfs_quota_us");
        List<String> period = host.lines(directory + "/cpu.cfs_period_us");
        return quota.isEmpty() || period.isEmpty()
                ? OptionalDouble.empty()
                : processors(quota.getFirst(), period.getFirst());
    }

    private static OptionalDouble processors(String quotaMicros, String periodMicros) {
        try {
            double quota = Long.parseLong(quotaMicros.strip());
            double period = Long.parseLong(periodMicros.strip());
            return quota > 0 && period > 0 ? OptionalDouble.of(quota / period) : OptionalDouble.empty();
        } catch (NumberFormatException malformed) {
            return OptionalDouble.empty();
        }
    }

    private static OptionalDouble least(List<OptionalDouble> quotas) {
        return quotas.stream().flatMapToDouble(OptionalDouble::stream).min();
    }
}
