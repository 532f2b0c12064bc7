package dev.psyne.bench;

import dev.psyne.platform.Availability;
import dev.psyne.platform.Machine;
import java.util.stream.Collectors;

/** The machine in one line, cores, processor and JVM, for the head of a report. */
final class MachineLine {
    private MachineLine() {}

    static String read() {
        return Machine.probes().stream()
                .filter(probe ->
                        probe.name().equals("processor") || probe.name().equals("java"))
                .filter(probe -> probe.availability() instanceof Availability.Available)
                .map(probe -> ((Availability.Available) probe.availability()).what())
                .collect(Collectors.joining(", ", Runtime.getRuntime().availableProcessors() + " cores, ", ""));
    }
}
