package dev.psyne.fiber;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A worker found nothing to do and slept. Written by the worker; see {@link JobEvent} for what it costs. */
@Name("dev.psyne.Park")
@Label("Worker Park")
@Category("Psyne")
@Description("A worker, which is the event's thread, found nothing to do and slept until it was woken")
@Enabled(false)
@StackTrace(false)
final class ParkEvent extends Event {
    private static final ParkEvent PROBE = new ParkEvent();

    /** The event of a sleep that now begins; null if no recording wants it. */
    static @Nullable ParkEvent begun() {
        return PROBE.isEnabled() ? begunNow() : null;
    }

    void ended() {
        end();
        commit();
    }

    private static ParkEvent begunNow() {
        ParkEvent event = new ParkEvent();
        event.begin();
        return event;
    }
}
