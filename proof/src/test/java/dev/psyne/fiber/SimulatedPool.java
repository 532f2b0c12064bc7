package dev.psyne.fiber;

import java.util.List;

/** The workers' pool as it is, but that one thread makes the moves of all workers, and may stop in the middle of a job. */
final class SimulatedPool extends WorkerPool {
    private SimulatedWorker moving;
    private boolean preempting;

    /** A pool whose workers are added to {@code workers}. */
    SimulatedPool(SchedulerOptions options, List<SimulatedWorker> workers) {
        super(options, (pool, number, all) -> {
            SimulatedWorker worker = new SimulatedWorker((SimulatedPool) pool, number, all);
            workers.add(worker);
            return worker;
        });
    }

    /** From now on the driving thread is this worker; null: none. */
    void moves(SimulatedWorker worker) {
        moving = worker;
    }

    /** In a job: its worker stops here, still carrying it, until the driver lets that worker go on. */
    void preempt() {
        preempting = true;
        Thread.yield();
        if (preempting) {
            throw new IllegalStateException("a fiber of the simulation is pinned");
        }
    }

    @Override
    void ready(LoopFiber fiber) {
        if (preempting) {
            preempting = false;
            moving.stopIn(fiber);
        } else {
            super.ready(fiber);
        }
    }

    @Override
    Worker callingWorker() {
        return Thread.currentThread().isVirtual() ? super.callingWorker() : moving;
    }
}
