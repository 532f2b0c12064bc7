package dev.psyne.bench.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PlacementThresholdTest {
    private static PlacementThreshold after(double... probes) {
        PlacementThreshold threshold = new PlacementThreshold();
        for (double probe : probes) {
            threshold.add(probe);
        }
        return threshold;
    }

    @Test
    void liesBetweenTheMediansOfTheStatesSeen() {
        assertEquals(Math.sqrt(110 * 410), after(100, 110, 120, 400, 410, 420).nanos(), 1e-9);
    }

    @Test
    void isTheUsualOneWhileOnlyOneStateWasSeen() {
        assertEquals(300, after(100, 110, 120).nanos());
        assertEquals(300, after(600, 650).nanos());
    }

    @Test
    void aProbeOfThreadsWithoutACoreEachMovesNothing() {
        assertEquals(after(110, 410).nanos(), after(110, 410, 90_000, 2_000_000).nanos());
    }

    @Test
    void aRoundCountsOnlyIfBothProbesAgree() {
        PlacementThreshold threshold = after(110, 410);
        assertEquals(Placement.FAST, threshold.of(100, 120));
        assertEquals(Placement.SLOW, threshold.of(400, 420));
        assertEquals(Placement.DISTURBED, threshold.of(100, 420));
        assertEquals(Placement.DISTURBED, threshold.of(90_000, 90_000));
    }
}
