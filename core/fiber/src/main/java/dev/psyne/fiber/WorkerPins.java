package dev.psyne.fiber;

import dev.psyne.platform.Affinity;
import dev.psyne.platform.AffinityException;
import dev.psyne.platform.Availability;
import dev.psyne.platform.CpuSet;
import dev.psyne.platform.ProcessorLimits;
import dev.psyne.platform.Topology;
import dev.psyne.platform.Topology.Distance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which CPU each worker of a scheduler has, by its {@link Placement}, and whether its thread got it. */
final class WorkerPins {
    private final int workers;
    private final int[] cpus;
    private final @Nullable Topology topology;
    private final AtomicReferenceArray<@Nullable WorkerPlacement> told;

    /** No CPUs if the workers are free; no topology if nothing is known of the neighbourhood. */
    private WorkerPins(int workers, int[] cpus, @Nullable Topology topology) {
        this.workers = workers;
        this.cpus = cpus;
        this.topology = topology;
        this.told = new AtomicReferenceArray<>(cpus.length);
    }

    static WorkerPins free(int workers) {
        return new WorkerPins(workers, new int[0], null);
    }

    /**
     * Plans for this machine.
     *
     * @throws IllegalArgumentException if CPUs were named that this process may not use
     * @throws UnsupportedOperationException if threads cannot be pinned here, or the topology is needed and not known
     * @throws AffinityException if the kernel refuses
     */
    static WorkerPins plan(Placement placement, int workers) {
        if (placement instanceof Placement.Free) {
            return free(workers);
        }
        if (Affinity.availability() instanceof Availability.Unavailable(String why, String cure)) {
            throw new UnsupportedOperationException("workers cannot be pinned: " + why + "; " + cure);
        }
        WorkerPins pins = plan(
                placement,
                workers,
                Topology.current(),
                ProcessorLimits.current().allowed());
        pins.tryOut();
        return pins;
    }

    static WorkerPins plan(Placement placement, int workers, Topology topology, CpuSet allowed) {
        boolean known = topology.remark().isEmpty();
        int[] order = switch (placement) {
            case Placement.Free() -> new int[0];
            case Placement.Spread() -> CpuOrder.spread(known(topology), allowed);
            case Placement.Compact() -> CpuOrder.compact(known(topology), allowed);
            case Placement.Exact(CpuSet wanted) -> {
                if (!allowed.containsAll(wanted)) {
                    throw new IllegalArgumentException("the CPUs " + wanted.without(allowed) + " of " + wanted
                            + " are not among those that this process may use, " + allowed);
                }
                yield wanted.stream().toArray();
            }
        };
        int[] cpus = order.length == 0
                ? order
                : IntStream.range(0, workers)
                        .map(worker -> order[worker % order.length])
                        .toArray();
        return new WorkerPins(workers, cpus, known ? topology : null);
    }

    private static Topology known(Topology topology) {
        if (topology.remark().isPresent()) {
            throw new UnsupportedOperationException("which CPUs are near each other is not known: "
                    + topology.remark().get() + "; name them by Placement.on");
        }
        return topology;
    }

    /** Pins the calling thread, which is the worker's and begins. A failure is told and handed on; the worker runs free. */
    void pin(int worker, SchedulerOptions options) {
        if (worker >= cpus.length) {
            return;
        }
        CpuSet cpu = CpuSet.of(cpus[worker]);
        try {
            Affinity.set(cpu);
            told.set(worker, new WorkerPlacement(worker, cpu, Optional.of(cpu), Optional.empty()));
        } catch (AffinityException refused) {
            told.set(
                    worker,
                    new WorkerPlacement(
                            worker, cpu, Optional.empty(), Optional.of(String.valueOf(refused.getMessage()))));
            options.reportUncaught(refused);
        }
    }

    /** How near two workers are, if that is known. */
    Optional<Distance> distance(int worker, int other) {
        return topology == null || cpus.length == 0
                ? Optional.empty()
                : Optional.of(topology.distance(cpus[worker], cpus[other]));
    }

    List<WorkerPlacement> told() {
        List<WorkerPlacement> all = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            WorkerPlacement begun = worker < cpus.length ? told.get(worker) : null;
            CpuSet wanted = worker < cpus.length ? CpuSet.of(cpus[worker]) : CpuSet.none();
            all.add(begun != null ? begun : new WorkerPlacement(worker, wanted, Optional.empty(), Optional.empty()));
        }
        return all;
    }

    /** Confines a thread to all of the CPUs at once, so that a refusal is known before the first worker begins. */
    private void tryOut() {
        AtomicReference<@Nullable AffinityException> refusal = new AtomicReference<>();
        Thread trial = Thread.ofPlatform().daemon().name("psyne-affinity").unstarted(() -> {
            try {
                Affinity.set(CpuSet.of(cpus));
            } catch (AffinityException refused) {
                refusal.set(refused);
            }
        });
        trial.start();
        boolean interrupted = false;
        while (trial.isAlive()) {
            try {
                trial.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        AffinityException refused = refusal.get();
        if (refused != null) {
            throw refused;
        }
    }
}
