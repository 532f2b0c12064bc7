package dev.psyne.fiber;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A worker carries a fiber until it waits, rests or ends. Written by the worker; see {@link JobEvent} for what it costs. */
@Name("dev.psyne.Mount")
@Label("Fiber Mount")
@Category("Psyne")
@Description("A worker, which is the event's thread, carries a fiber until it waits, rests or ends")
@Enabled(false)
@StackTrace(false)
final class MountEvent extends Event {
    private static final MountEvent PROBE = new MountEvent();

    @Label("Fiber")
    @Description("The Java thread id of the fiber")
    long fiber;

    @Label("Begun Jobs")
    @Description("The scheduler's fibers that have a job: mounted, waiting or ready")
    int begunJobs;

    /** The event of a mount that now begins; null if no recording wants it. */
    static @Nullable MountEvent begun(LoopFiber fiber) {
        return PROBE.isEnabled() ? begin(fiber) : null;
    }

    void ended() {
        end();
        commit();
    }

    private static MountEvent begin(LoopFiber fiber) {
        MountEvent event = new MountEvent();
        event.fiber = fiber.thread().threadId();
        event.begunJobs = fiber.pool().begunJobs();
        event.begin();
        return event;
    }
}
