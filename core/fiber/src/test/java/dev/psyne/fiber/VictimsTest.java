package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VictimsTest {
    private static List<WorkDeque<Integer>> deques(int workers) {
        return IntStream.range(0, workers)
                .mapToObj(_ -> new WorkDeque<Integer>(1024))
                .toList();
    }

    private static void push(List<WorkDeque<Integer>> deques, int worker, int items) {
        for (int i = 0; i < items; i++) {
            assertTrue(deques.get(worker).push(worker));
        }
    }

    private static Victims<Integer> free(List<WorkDeque<Integer>> deques, int thief) {
        return Victims.of(deques, WorkerPins.free(deques.size())).get(thief);
    }

    private static Victims<Integer> pinned(List<WorkDeque<Integer>> deques, int thief) {
        Machines machine = Machines.server(2, 8, 2, 2);
        WorkerPins pins =
                WorkerPins.plan(Placement.on(machine.cpus()), deques.size(), machine.topology(), machine.cpus());
        return Victims.of(deques, pins).get(thief);
    }

    @Test
    void neighboursAreRobbedBeforeThoseFarther() {
        List<WorkDeque<Integer>> deques = deques(32);
        push(deques, 31, 9);
        push(deques, 7, 5);
        push(deques, 17, 3);
        push(deques, 16, 1);
        // CPU 16 is the sibling of CPU 0, 17 is under its cache, 7 in its package, 31 in the other.
        Victims<Integer> victims = pinned(deques, 0);
        assertEquals(16, victims.steal());
        for (int left = 3; left > 0; left--) {
            assertEquals(17, victims.steal());
        }
        List<Integer> robbed = new ArrayList<>();
        for (Integer found = untilFound(victims); found != null; found = untilFound(victims)) {
            robbed.add(found);
        }
        // A group larger than a round's looks may be passed by once: the next is robbed meanwhile.
        assertEquals(5 + 9, robbed.size());
        assertEquals(5, Collections.frequency(robbed, 7));
        assertEquals(9, Collections.frequency(robbed, 31));
    }

    @Test
    void ofThoseAsNearTheOneWithMostIsRobbed() {
        List<WorkDeque<Integer>> deques = deques(4);
        push(deques, 1, 2);
        push(deques, 2, 6);
        push(deques, 3, 3);
        Victims<Integer> victims = free(deques, 0);
        for (int most = 6; most > 3; most--) {
            assertEquals(2, victims.steal());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 5, 64, 1024})
    void soManyRoundsHaveSeenAllDequesWhereverTheJobIs(int workers) {
        for (int worker : new int[] {0, 1, workers / 2, workers - 1}) {
            List<WorkDeque<Integer>> deques = deques(workers);
            int thief = worker == 0 ? 1 : 0;
            Victims<Integer> victims = free(deques, thief);
            push(deques, worker, 1);
            Integer found = null;
            for (int round = Math.ceilDiv(workers, Victims.LOOKS); found == null && round > 0; round--) {
                found = victims.steal();
            }
            assertEquals(worker, found);
        }
    }

    @Test
    void nobodyRobsHimself() {
        List<WorkDeque<Integer>> deques = deques(3);
        push(deques, 1, 5);
        assertNull(untilFound(free(deques, 1)));
        assertNull(untilFound(free(deques(1), 0)));
        List<WorkDeque<Integer>> neighbours = deques(32);
        push(neighbours, 5, 5);
        assertNull(untilFound(pinned(neighbours, 5)));
    }

    @Test
    void thievesBeginAtDifferentVictims() {
        Set<Integer> first = new HashSet<>();
        for (int thief = 0; thief < 64; thief++) {
            List<WorkDeque<Integer>> deques = deques(64);
            for (int worker = 0; worker < 64; worker++) {
                push(deques, worker, 1);
            }
            first.add(free(deques, thief).steal());
        }
        assertTrue(first.size() > 16, first.toString());
    }

    private static @Nullable Integer untilFound(Victims<Integer> victims) {
        Integer found = null;
        for (int round = 0; found == null && round < 16; round++) {
            found = victims.steal();
        }
        return found;
    }
}
