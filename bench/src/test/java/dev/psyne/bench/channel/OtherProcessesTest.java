package dev.psyne.bench.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class OtherProcessesTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void readsAllBusyTimeOfAllCores() {
        String stat = "cpu  100 10 20 5000 300 1 2 7 50 5\ncpu0 1 2 3 4 5 6 7 8 9 10\n";
        assertEquals((100 + 10 + 20 + 1 + 2 + 7) * SECOND / 100, OtherProcesses.busyNanos(stat));
    }

    @Test
    void anOlderKernelHasFewerFields() {
        assertEquals(SECOND, OtherProcesses.busyNanos("cpu 50 0 50 5000\n"));
    }

    @Test
    void whatIsBusyAndNotOursIsOthers() {
        OtherProcesses before = new OtherProcesses(0, 10 * SECOND, 3 * SECOND);
        OtherProcesses after = new OtherProcesses(SECOND, 12 * SECOND, 4 * SECOND + SECOND / 2);
        assertEquals(0.25, OtherProcesses.share(before, after, 2), 1e-9);
    }

    @Test
    void ourOwnTimeRoundedUpIsNobodyElses() {
        OtherProcesses before = new OtherProcesses(0, 0, 0);
        assertEquals(0, OtherProcesses.share(before, new OtherProcesses(SECOND, SECOND, SECOND + 1), 2));
    }
}
