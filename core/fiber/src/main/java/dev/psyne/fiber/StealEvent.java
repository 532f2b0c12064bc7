package dev.psyne.fiber;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A worker took something from another one's queue. See {@link JobEvent} for what it costs. */
@Name("dev.psyne.Steal")
@Label("Steal")
@Category("Psyne")
@Description("A worker took a queued job, or a fiber that can go on, from another worker")
@Enabled(false)
@StackTrace(false)
final class StealEvent extends Event {
    private static final StealEvent PROBE = new StealEvent();

    @Label("Worker")
    @Nullable
    Thread worker;

    @Label("Victim")
    @Description("The worker whose queue it was")
    @Nullable
    Thread victim;

    @Label("Fiber")
    @Description("Whether it was a fiber that can go on, not a job")
    boolean fiber;

    static boolean isOn() {
        return PROBE.isEnabled();
    }

    /** To be told while {@link #isOn}. */
    static void happened(Worker thief, Worker victim, boolean fiber) {
        StealEvent event = new StealEvent();
        event.worker = thief;
        event.victim = victim;
        event.fiber = fiber;
        event.begin();
        event.end();
        thief.activity.commitLater(event);
    }
}
