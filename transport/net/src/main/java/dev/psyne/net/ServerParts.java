package dev.psyne.net;

import dev.psyne.fiber.Scheduler;
import java.util.function.Consumer;

/** What all connections of one server share; {@code failures} takes what handlers and listeners throw. */
record ServerParts(
        HttpLimits limits,
        PayloadMemory payloads,
        Scheduler scheduler,
        Admission admission,
        RequestChecks checks,
        ServerCounters counters,
        Consumer<Throwable> failures) {

    /** Fired through every pipeline when the server stops: ends what is idle, and the others as soon as they are. */
    enum Stopping {
        NOW
    }
}
