package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.platform.Availability;
import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeapProbeTest {
    private static final Availability MADVISE = new Available("transparent (enabled: madvise)");
    private static final Availability NEVER = new Unavailable("enabled is never", "as root: echo madvise > enabled");

    private static String said(boolean transparent, boolean large, boolean touched, Availability kernel) {
        Map<String, String> flags = Map.of(
                "UseTransparentHugePages", String.valueOf(transparent),
                "UseLargePages", String.valueOf(large),
                "AlwaysPreTouch", String.valueOf(touched),
                "MaxHeapSize", String.valueOf(160L << 20));
        return assertInstanceOf(
                        Available.class, HeapProbe.probe(flag -> flags.getOrDefault(flag, ""), kernel, 6L << 20))
                .what();
    }

    @Test
    void ordinaryPagesComeWithTheWayToHugeOnes() {
        assertEquals(
                "at most 160 MiB, ordinary pages (PSYNE_HEAP=huge asks for huge ones),"
                        + " each page touched first by who uses it",
                said(false, false, false, MADVISE));
    }

    @Test
    void whatWasGotOfTransparentHugePagesIsSaid() {
        // The JVM sets UseLargePages beside UseTransparentHugePages.
        String said = said(true, true, true, MADVISE);
        assertTrue(said.contains("transparent huge pages, 6 MiB of this process in them, touched before"), said);
        String refused = said(true, true, false, NEVER);
        assertTrue(refused.contains("although huge ones were asked for: enabled is never, as root"), refused);
    }

    @Test
    void reservedHugePagesAreToldApart() {
        assertTrue(said(false, true, false, NEVER).contains("reserved huge pages"));
    }

    @Test
    void thisJvmCanBeAsked() {
        assertTrue(assertInstanceOf(Available.class, HeapProbe.probe()).what().contains(" MiB, "));
    }
}
