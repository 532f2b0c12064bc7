package dev.psyne.fiber;

import java.util.List;
import java.util.stream.Collectors;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/**
 * A job waits and cannot be set aside, so it holds its worker; told by whoever notices that, a few hundredths of a second
 * later. Rare, and recorded unless a recording says otherwise.
 */
@Name("dev.psyne.Pin")
@Label("Fiber Pin")
@Category("Psyne")
@Description("A job waits and holds its worker, because its stack cannot be set aside")
@StackTrace(false)
final class PinEvent extends Event {
    private static final PinEvent PROBE = new PinEvent();

    @Label("Worker")
    @Nullable
    Thread worker;

    @Label("Fiber")
    @Description("The Java thread id of the fiber")
    long fiber;

    @Label("Stack")
    @Description("The job's, a line for each frame, the innermost first")
    @Nullable
    String stack;

    /** Tells that a fiber waits on {@code worker} and cannot be set aside. */
    static void happened(Worker worker, LoopFiber fiber, List<StackTraceElement> stack) {
        if (PROBE.isEnabled()) {
            PinEvent event = new PinEvent();
            event.worker = worker;
            event.fiber = fiber.thread().threadId();
            event.stack = stack.stream().map(StackTraceElement::toString).collect(Collectors.joining("\n"));
            event.commit();
        }
    }
}
