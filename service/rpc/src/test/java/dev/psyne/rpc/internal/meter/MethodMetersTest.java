package dev.psyne.rpc.internal.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.psyne.rpc.MethodStatistics;
import dev.psyne.rpc.MethodStatistics.Side;
import java.util.List;
import org.junit.jupiter.api.Test;

class MethodMetersTest {
    private final MethodMeters meters = new MethodMeters();

    @Test
    void eachMethodHasOneOnEachSide() {
        MethodMeter called = meters.of(Side.CALLED, "Atlas", "greet");
        assertSame(
                called,
                meters.of(Side.CALLED, "Atlas", List.of("greet", "near")).getFirst());
        assertNotSame(called, meters.of(Side.SERVED, "Atlas", "greet"));
        assertEquals(List.of(), meters.statistics());
        called.ended(10, null);
        meters.of(Side.SERVED, "Atlas", "near").ended(10, "gone");
        meters.of(Side.SERVED, "Atlas", "greet").ended(10, null);
        assertEquals(
                List.of("CALLED greet", "SERVED greet", "SERVED near"),
                meters.statistics().stream()
                        .map(each -> each.side() + " " + each.method())
                        .toList());
    }

    @Test
    void codesOfPeersAreBounded() {
        MethodMeter meter = meters.of(Side.CALLED, "Atlas", "greet");
        for (int i = 0; i < 100; i++) {
            meter.ended(1, "code_" + i);
        }
        meter.ended(1, "x".repeat(65));
        meter.ended(1, "code_0");
        MethodStatistics statistics = meter.statistics();
        assertEquals(102, statistics.calls());
        assertEquals(MethodMeter.MAX_CODES + 1, statistics.errors().size());
        assertEquals(2, statistics.errors().get("code_0"));
        assertEquals(101 - MethodMeter.MAX_CODES, statistics.errors().get(MethodMeter.OTHER));
    }

    @Test
    void methodsBeyondTheBoundAreCountedTogether() {
        for (int i = 0; i < MethodMeters.MAX_METERS + 10; i++) {
            meters.of(Side.CALLED, "service" + i, "method").ended(1, null);
        }
        List<MethodStatistics> all = meters.statistics();
        assertEquals(MethodMeters.MAX_METERS + 1, all.size());
        assertEquals(10, all.getFirst().calls());
        assertEquals("(others)", all.getFirst().service());
    }
}
