package dev.psyne.fiber;

import dev.psyne.platform.Availability;

/** The two ways for a job to wait without holding its worker. Both keep the same contract; they differ in cost. */
public enum FiberProvider {
    /**
     * Each worker runs a virtual thread of ours that takes jobs one after another; a job costs a queue operation until it
     * waits. Needs a JDK-internal constructor, hence {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
     */
    LOOP_FIBERS {
        @Override
        public Availability availability() {
            return CustomVirtualThreads.availability();
        }
    },

    /**
     * A virtual thread of the JDK's own scheduler for each job. Works on every JDK. The JDK decides how many jobs run at
     * once (one for each processor); the number of workers bounds parallel loops only.
     */
    VIRTUAL_THREADS {
        @Override
        public Availability availability() {
            return new Availability.Available("a virtual thread for each job, on the JDK's scheduler");
        }
    };

    /** Whether this way works in this JVM, and if not, why. */
    public abstract Availability availability();

    /** The first of the ways, in their order, that works here. */
    public static FiberProvider preferred() {
        return LOOP_FIBERS.availability() instanceof Availability.Available ? LOOP_FIBERS : VIRTUAL_THREADS;
    }
}
