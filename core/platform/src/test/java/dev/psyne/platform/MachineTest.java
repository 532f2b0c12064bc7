package dev.psyne.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineTest {
    @Test
    void everyProbeSaysWhatItFoundOrWhyNotAndTheCure() {
        for (Probe probe : Machine.probes()) {
            switch (probe.availability()) {
                case Available found -> assertFalse(found.what().isBlank(), probe.name());
                case Unavailable missing -> {
                    assertFalse(missing.why().isBlank(), probe.name());
                    assertFalse(missing.cure().isBlank(), probe.name());
                }
            }
        }
    }

    @Test
    void probesComeInTheOrderTheyArePrinted() {
        assertEquals(
                List.of(
                        "operating system",
                        "processor",
                        "vector instructions",
                        "cores",
                        "topology",
                        "affinity",
                        "page size",
                        "huge pages",
                        "NUMA",
                        "shared memory",
                        "locked memory",
                        "virtual memory",
                        "executable memory",
                        "futex",
                        "java"),
                Machine.probes().stream().map(Probe::name).toList());
    }

    @Test
    void residentMemoryNeverExceedsItsPeak() {
        long resident = Machine.residentBytes();
        long peak = Machine.peakResidentBytes();
        assertTrue(resident >= 0 && resident <= peak, resident + " of " + peak);
    }

    @Test
    void javaOlderThanNeededIsUnavailable() {
        assertInstanceOf(Available.class, SystemProbes.java(Runtime.version()));
        Unavailable old = assertInstanceOf(Unavailable.class, SystemProbes.java(Runtime.Version.parse("21.0.2")));
        assertTrue(old.cure().contains("25"), old.cure());
    }
}
