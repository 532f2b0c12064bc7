package dev.psyne.platform;

import java.util.List;

/**
 * This machine and this process, as far as they can be asked. Every method works on every system and may be called from
 * any thread; what cannot be read is said to be unavailable, or is zero.
 */
public final class Machine {
    private Machine() {}

    /** Everything `doctor` prints, in its order. Reads a few small files and makes one futex call; nothing is cached. */
    public static List<Probe> probes() {
        Host host = Host.current();
        return List.of(
                new Probe("operating system", SystemProbes.operatingSystem(host)),
                new Probe("processor", ProcessorProbe.probe(host)),
                new Probe("vector instructions", ProcessorFeatures.current().availability()),
                new Probe("cores", TopologyProbes.cores(ProcessorLimits.current())),
                new Probe("topology", TopologyProbes.topology(Topology.current())),
                new Probe("affinity", Affinity.availability()),
                new Probe("page size", SystemProbes.pageSize(host)),
                new Probe("huge pages", HugePagesProbe.probe(host)),
                new Probe("NUMA", MemoryProbes.numa(host)),
                new Probe("shared memory", MemoryProbes.sharedMemory(host)),
                new Probe("locked memory", MemoryProbes.lockedMemory(host)),
                new Probe("virtual memory", VirtualMemoryProvider.probe(host)),
                new Probe("executable memory", ExecutableMemory.automatic().availability()),
                new Probe("futex", FutexProbe.probe(host)),
                new Probe("java", SystemProbes.java(Runtime.version())));
    }

    /** Bytes of memory that can be had without swapping (MemAvailable of proc_meminfo(5)); 0 where that cannot be read. */
    public static long availableBytes() {
        return Host.current().bytesOf("proc/meminfo", "MemAvailable").orElse(0);
    }

    /** Bytes of memory this process has resident now (VmRSS of proc_pid_status(5)); 0 where that cannot be read. */
    public static long residentBytes() {
        return Host.current().bytesOf("proc/self/status", "VmRSS").orElse(0);
    }

    /** Bytes of this process's private memory that lie in huge pages (AnonHugePages of proc_pid_smaps(5)); 0 where that cannot be read. */
    public static long hugeBytes() {
        return Host.current().bytesOf("proc/self/smaps_rollup", "AnonHugePages").orElse(0);
    }

    /** The most bytes this process ever had resident (VmHWM of proc_pid_status(5)); 0 where that cannot be read. */
    public static long peakResidentBytes() {
        return Host.current().bytesOf("proc/self/status", "VmHWM").orElse(0);
    }
}
