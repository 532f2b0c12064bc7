package dev.psyne.fiber;

import dev.psyne.platform.CpuSet;

/**
 * On which CPUs the workers of a scheduler run. Every placement but {@link #none()} gives each worker one CPU, to which its
 * thread is pinned when it begins; where there are more workers than CPUs, they take turns around them. Pinned workers
 * know their neighbours and steal from the nearest first.
 *
 * <p>Pinning pays where nobody else needs the CPUs: a worker whose CPU another process keeps busy cannot move away.
 * A thread that a job starts begins on the CPU of the worker that ran the job, and stays there unless it frees itself
 * ({@link dev.psyne.platform.Affinity#set}), since Linux hands the affinity on (pthread_create(3)).
 *
 * <p>Only {@link FiberProvider#LOOP_FIBERS} on Linux pins; elsewhere {@link Scheduler.Builder#build()} refuses any
 * placement but {@link #none()}.
 */
public sealed interface Placement {
    /** Workers run where the system puts them. */
    record Free() implements Placement {}

    /** Workers far from each other. */
    record Spread() implements Placement {}

    /** Workers close together. */
    record Compact() implements Placement {}

    /**
     * Workers on named CPUs.
     *
     * @param cpus the worker of number n runs on the n-th of them
     */
    record Exact(CpuSet cpus) implements Placement {
        /** Checks that there is a CPU. */
        public Exact {
            if (cpus.isEmpty()) {
                throw new IllegalArgumentException("workers cannot run on no CPU; name at least one");
            }
        }
    }

    /** Where the system puts them: the default. */
    static Placement none() {
        return new Free();
    }

    /**
     * A core for each worker, in another package or under another cache than the worker before as far as possible; SMT
     * siblings only when every core has a worker. For jobs that need memory bandwidth or a cache of their own.
     */
    static Placement spread() {
        return new Spread();
    }

    /**
     * The cores under one cache first, then their SMT siblings, then those under the next cache of the same package. For
     * jobs that share data.
     */
    static Placement compact() {
        return new Compact();
    }

    /**
     * These CPUs, the lowest for the first worker.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Placement on(CpuSet cpus) {
        return new Exact(cpus);
    }
}
