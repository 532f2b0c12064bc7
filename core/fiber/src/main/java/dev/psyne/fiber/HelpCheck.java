package dev.psyne.fiber;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Looks for jobs that wait on the stack of those that await them, and tells of each once. */
final class HelpCheck {
    private final long patienceNanos;
    private final Consumer<StuckHelpException> told;
    private final Map<LoopFiber, Look> waiting = new HashMap<>();

    HelpCheck(Duration patience, Consumer<StuckHelpException> told) {
        this.patienceNanos = patience.toNanos();
        this.told = told;
    }

    /** One look at all fibers there are. */
    void look(Set<LoopFiber> fibers) {
        waiting.keySet().retainAll(fibers);
        long now = System.nanoTime();
        for (LoopFiber fiber : fibers) {
            if (!waitsWhileHelping(fiber)) {
                waiting.remove(fiber);
                continue;
            }
            Look look = waiting.get(fiber);
            if (look == null || look.mounts != fiber.mounts()) {
                waiting.put(fiber, new Look(fiber.mounts(), now, false));
            } else if (!look.isTold && now - look.since >= patienceNanos) {
                waiting.put(fiber, new Look(look.mounts, look.since, true));
                Thread thread = fiber.thread();
                told.accept(StuckHelpException.of(thread.getName(), thread.getStackTrace()));
            }
        }
    }

    private static boolean waitsWhileHelping(LoopFiber fiber) {
        return fiber.isHelping() && fiber.waits();
    }

    private record Look(int mounts, long since, boolean isTold) {}
}
