package dev.psyne.fiber;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/**
 * A job waits and cannot be set aside, so it holds its worker. The stack is the job's: to be called by the fiber itself,
 * before it parks, so that one which never goes on is seen too. Rare, and recorded unless a recording says otherwise.
 */
@Name("dev.psyne.Pin")
@Label("Fiber Pin")
@Category("Psyne")
@Description("A job waits and holds its worker, because its stack cannot be set aside; the event's thread is its fiber")
@StackTrace(true)
final class PinEvent extends Event {
    private static final PinEvent PROBE = new PinEvent();

    @Label("Worker")
    @Nullable
    Thread worker;

    @Label("Reason")
    @Nullable
    String reason;

    /** Tells that the calling fiber is about to wait on {@code worker}, and why it cannot be set aside. */
    static void happened(Worker worker, String reason) {
        if (PROBE.isEnabled()) {
            PinEvent event = new PinEvent();
            event.worker = worker;
            event.reason = reason;
            event.commit();
        }
    }
}
