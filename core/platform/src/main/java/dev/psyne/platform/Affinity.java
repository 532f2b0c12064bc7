package dev.psyne.platform;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/**
 * On which CPUs the calling thread may run: sched_getaffinity(2) and sched_setaffinity(2), with masks of any size. A
 * virtual thread asks and confines its carrier. Linux only; {@link #availability()} tells. Any thread may use it, each
 * for itself; a thread that is started later has the set of the thread that starts it.
 */
public final class Affinity {
    /** Bytes of the first mask tried, as in glibc's cpu_set_t: 1 024 CPUs. */
    private static final long FIRST_MASK_BYTES = 128;

    private static final long MOST_MASK_BYTES = CpuSet.MAX_CPUS / Byte.SIZE;
    private static final int THIS_THREAD = 0;

    private Affinity() {}

    /** The kernel's answer to a mask of so many bytes at an address: a count or a negated errno. */
    interface MaskCall {
        long call(long bytes, long address);
    }

    /** Whether threads can be asked and confined here. */
    public static Availability availability() {
        return availability(Host.current());
    }

    static Availability availability(Host host) {
        return LinuxCalls.tryWith(host, calls -> {
            try {
                return new Available("threads can be pinned; this one may run on CPUs " + get(calls));
            } catch (AffinityException refused) {
                return new Unavailable(
                        refused.getMessage(),
                        "allow sched_getaffinity and sched_setaffinity in the sandbox or seccomp profile");
            }
        });
    }

    /**
     * The CPUs that the calling thread may run on: what was set, less what its cgroup forbids and what is offline.
     *
     * @throws UnsupportedOperationException if {@link #availability()} says so
     * @throws AffinityException if the kernel refuses
     */
    public static CpuSet current() {
        return get(calls());
    }

    /**
     * Confines the calling thread to these CPUs, and moves it to one of them before it returns. Costs microseconds.
     *
     * @throws UnsupportedOperationException if {@link #availability()} says so
     * @throws IllegalArgumentException if the set is empty
     * @throws AffinityException if the kernel refuses, or would leave some of the CPUs out: then the thread may
     *     run where it could before
     */
    public static void set(CpuSet cpus) {
        if (cpus.isEmpty()) {
            throw new IllegalArgumentException("a thread cannot be confined to no CPU; name at least one");
        }
        LinuxCalls calls = calls();
        CpuSet before = get(calls);
        set(calls, cpus);
        CpuSet got = get(calls);
        if (!got.equals(cpus)) {
            set(calls, before);
            throw new AffinityException("of the CPUs " + cpus + " asked for this thread may run on " + got
                    + " only; the others are offline or not in the cpuset of its cgroup");
        }
    }

    private static CpuSet get(LinuxCalls calls) {
        return read((bytes, address) -> calls.call(SystemCall.SCHED_GETAFFINITY, THIS_THREAD, bytes, address));
    }

    /** Asks with a mask twice as large as long as the kernel finds it too small, which it answers by EINVAL. */
    static CpuSet read(MaskCall kernel) {
        long answer = 0;
        for (long bytes = FIRST_MASK_BYTES; bytes <= MOST_MASK_BYTES; bytes *= 2) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment mask = arena.allocate(bytes, Long.BYTES);
                answer = kernel.call(bytes, mask.address());
                if (answer >= 0) {
                    return new CpuSet(BitSet.valueOf(mask.toArray(ValueLayout.JAVA_LONG)));
                }
            }
            if (answer != -Errno.EINVAL) {
                break;
            }
        }
        throw new AffinityException("sched_getaffinity failed with " + Errno.name(answer));
    }

    private static void set(LinuxCalls calls, CpuSet cpus) {
        long[] words = cpus.words();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocateFrom(ValueLayout.JAVA_LONG, words);
            long answer = calls.call(SystemCall.SCHED_SETAFFINITY, THIS_THREAD, mask.byteSize(), mask.address());
            if (answer < 0) {
                throw new AffinityException("confining a thread to the CPUs " + cpus + " failed with "
                        + Errno.name(answer)
                        + (answer == -Errno.EINVAL ? ": none of them is online and in the cpuset of its cgroup" : ""));
            }
        }
    }

    private static LinuxCalls calls() {
        Host host = Host.current();
        if (LinuxCalls.tryWith(host, _ -> new Available("")) instanceof Unavailable(String why, String cure)) {
            throw new UnsupportedOperationException("threads cannot be pinned: " + why + "; " + cure);
        }
        return LinuxCalls.link();
    }
}
