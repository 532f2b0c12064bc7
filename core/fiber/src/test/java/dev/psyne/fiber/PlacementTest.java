package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.platform.Affinity;
import dev.psyne.platform.CpuSet;
import dev.psyne.platform.ProcessorLimits;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlacementTest {
    private static final CpuSet ALLOWED = ProcessorLimits.current().allowed();

    private static Scheduler.Builder loopFibers(int workers) {
        return Scheduler.builder().fibers(FiberProvider.LOOP_FIBERS).workers(workers);
    }

    private static int[] order(Machines machine, Placement placement, CpuSet allowed, int workers) {
        return WorkerPins.plan(placement, workers, machine.topology(), allowed).told().stream()
                .mapToInt(worker -> worker.wanted().stream().findFirst().orElseThrow())
                .toArray();
    }

    @Test
    void spreadTakesPackagesAndCachesInTurnAndSiblingsLast() {
        Machines machine = Machines.server(2, 4, 2, 2);
        int[] order = order(machine, Placement.spread(), machine.cpus(), 16);
        assertArrayEquals(new int[] {0, 4, 2, 6, 1, 5, 3, 7, 8, 12, 10, 14, 9, 13, 11, 15}, order);
    }

    @Test
    void compactFillsOneCacheAfterTheOther() {
        Machines machine = Machines.server(2, 4, 2, 2);
        int[] order = order(machine, Placement.compact(), machine.cpus(), 16);
        assertArrayEquals(new int[] {0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15}, order);
    }

    @Test
    void fastCoresGoFirstThenEfficientOnesThenSiblings() {
        Machines machine = Machines.hybrid(2, 3);
        assertArrayEquals(new int[] {0, 2, 4, 5, 6, 1, 3}, order(machine, Placement.spread(), machine.cpus(), 7));
    }

    @Test
    void onlyAllowedCpusAreTakenAndMoreWorkersTakeTurns() {
        Machines machine = Machines.server(8, 144, 2, 24);
        CpuSet allowed = CpuSet.parse("100,1252,1300-1301");
        assertArrayEquals(new int[] {100, 1300, 1301, 1252, 100}, order(machine, Placement.spread(), allowed, 5));
        assertArrayEquals(new int[] {100, 1300, 100}, order(machine, Placement.on(CpuSet.of(1300, 100)), allowed, 3));
    }

    @Test
    void cpusThatTheProcessMayNotUseAreRefused() {
        CpuSet absent = CpuSet.of(ALLOWED.stream().min().orElseThrow(), CpuSet.MAX_CPUS - 1);
        Scheduler.Builder builder = loopFibers(2).placement(Placement.on(absent));
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, builder::build));
        assertTrue(message.contains(String.valueOf(CpuSet.MAX_CPUS - 1)), message);
        assertTrue(message.contains(ALLOWED.toString()), message);
        assertThrows(IllegalArgumentException.class, () -> Placement.on(CpuSet.none()));
    }

    @Test
    void virtualThreadsOfTheJdkAreNotPinned() {
        Scheduler.Builder builder =
                Scheduler.builder().fibers(FiberProvider.VIRTUAL_THREADS).placement(Placement.spread());
        String message = String.valueOf(assertThrows(UnsupportedOperationException.class, builder::build));
        assertTrue(message.contains("LOOP_FIBERS"), message);
    }

    @Test
    void everyWorkerRunsItsJobsOnItsCpu() throws Exception {
        CpuSet last = CpuSet.of(ALLOWED.stream().max().orElseThrow());
        CpuSet before = Affinity.current();
        for (Placement placement : List.of(Placement.spread(), Placement.compact(), Placement.on(last))) {
            try (Scheduler scheduler =
                    loopFibers(3).placement(placement).prewarmed().build()) {
                // Each job holds its worker until all three have one.
                CountDownLatch begun = new CountDownLatch(3);
                Counter counter = Counter.create();
                CpuSet[] got = new CpuSet[3];
                for (int i = 0; i < 3; i++) {
                    int job = i;
                    scheduler.spawn(counter, () -> {
                        got[job] = Affinity.current();
                        begun.countDown();
                        while (begun.getCount() > 0) {
                            Thread.onSpinWait();
                        }
                    });
                }
                counter.await();
                for (WorkerPlacement worker : scheduler.placement()) {
                    assertEquals(Optional.of(worker.wanted()), worker.got());
                    assertEquals(Optional.empty(), worker.failure());
                    assertTrue(List.of(got).contains(worker.wanted()), worker.toString());
                }
            }
        }
        assertEquals(before, Affinity.current());
    }

    @ParameterizedTest
    @EnumSource(FiberProvider.class)
    void withoutAPlacementWorkersAreFree(FiberProvider provider) {
        try (Scheduler scheduler =
                Scheduler.builder().fibers(provider).workers(2).build()) {
            scheduler.run(() -> {});
            assertEquals(
                    List.of(
                            new WorkerPlacement(0, CpuSet.none(), Optional.empty(), Optional.empty()),
                            new WorkerPlacement(1, CpuSet.none(), Optional.empty(), Optional.empty())),
                    scheduler.placement());
        }
    }
}
