package dev.psyne.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import dev.psyne.platform.Topology.Distance;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Machines that are not this one, written as files. */
class TopologyTest {
    private static final int AS_THE_JVM_SAYS = 3;

    @TempDir
    Path root;

    private MachineTree tree;

    @BeforeEach
    void emptyTree() {
        tree = new MachineTree(root);
    }

    private Topology read() {
        return Topology.read(tree.host(), AS_THE_JVM_SAYS);
    }

    private String remark() {
        Topology flat = read();
        assertEquals(AS_THE_JVM_SAYS, flat.processors().size());
        assertEquals(1, flat.packages());
        return flat.remark().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"1, 4, 1, 4", "2, 8, 2, 4", "2, 128, 2, 8", "8, 144, 2, 24"})
    void serversOfAnySizeAreRead(int packages, int cores, int threads, int coresPerCache) throws IOException {
        // The files of the largest are 18 000, which an archive holds in memory.
        try (FileSystem archive = FileSystems.newFileSystem(root.resolve("machine.zip"), Map.of("create", "true"))) {
            tree = new MachineTree(archive.getPath("/")).server(packages, cores, threads, coresPerCache);
            Topology topology = read();
            assertTrue(topology.remark().isEmpty(), topology.remark().toString());
            assertEquals(packages * cores * threads, topology.processors().size());
            assertEquals(packages, topology.packages());
            assertEquals(packages, topology.nodes());
            assertEquals(packages * cores / coresPerCache, topology.caches());
            assertEquals(packages * cores, topology.cores());
            int last = packages * cores * threads - 1;
            assertEquals(packages - 1, topology.processor(last).node());
            assertEquals(threads - 1, topology.processor(last).thread());
            assertEquals("0-" + last, topology.cpus().toString());
        }
    }

    @Test
    void whatTwoCpusShareTellsHowNearTheyAre() {
        tree.server(2, 8, 2, 4);
        Topology topology = read();
        assertEquals(Distance.SAME_CORE, topology.distance(1, 17));
        assertEquals(Distance.SAME_CACHE, topology.distance(1, 2));
        assertEquals(Distance.SAME_CACHE, topology.distance(1, 18));
        assertEquals(Distance.SAME_PACKAGE, topology.distance(1, 5));
        assertEquals(Distance.ELSEWHERE, topology.distance(1, 9));
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> topology.distance(1, 32)));
        assertTrue(message.contains("0-31"), message);
    }

    @Test
    void cpusThatAreOfflineAreLeftOut() {
        tree.server(1, 4, 2, 4).online("1-2,5-7");
        Topology topology = read();
        assertEquals("1-2,5-7", topology.cpus().toString());
        assertEquals(3, topology.cores());
        Processor lone = topology.processor(7);
        assertEquals(7, lone.core());
        assertEquals(0, lone.thread());
        assertEquals(1, topology.processor(5).core());
        assertEquals(1, topology.processor(5).thread());
        assertEquals(1, topology.processor(7).cache());
    }

    @Test
    void withoutCacheFilesThePackageStandsForThem() {
        tree.online("0-3");
        for (int cpu = 0; cpu < 4; cpu++) {
            tree.topology(cpu, "thread_siblings_list", cpu)
                    .topology(cpu, "core_siblings_list", cpu < 2 ? "0-1" : "2-3");
        }
        Topology topology = read();
        assertEquals(2, topology.packages());
        assertEquals(2, topology.caches());
        assertEquals(4, topology.cores());
        assertEquals(1, topology.nodes());
    }

    @Test
    void withNothingButTheListEachCpuIsACoreOfOnePackage() {
        tree.online("0-1,64-65");
        Topology topology = read();
        assertTrue(topology.remark().isEmpty());
        assertEquals(4, topology.cores());
        assertEquals(1, topology.packages());
        assertEquals(Distance.SAME_CACHE, topology.distance(0, 65));
    }

    @Test
    void theLargestDataCacheCounts() {
        tree.online("0-3");
        for (int cpu = 0; cpu < 4; cpu++) {
            tree.cache(cpu, 0, 2, "Unified", cpu < 2 ? "0-1" : "2-3")
                    .cache(cpu, 1, 1, "Data", cpu)
                    .cache(cpu, 2, 4, "Instruction", "0-3");
        }
        assertEquals(2, read().caches());
    }

    @Test
    void hybridCoresAreToldByTheirListOrTheirCapacity() {
        tree.server(1, 6, 1, 6).file("sys/devices/cpu_atom/cpus", "4-5");
        assertEquals(List.of(4, 5), efficient());
        tree.file("sys/devices/cpu_atom/cpus", "0-5");
        assertEquals(List.of(), efficient());
    }

    @Test
    void capacitiesTellLittleCoresFromBigOnes() {
        tree.server(1, 4, 1, 4);
        for (int cpu = 0; cpu < 4; cpu++) {
            tree.file("sys/devices/system/cpu/cpu" + cpu + "/cpu_capacity", cpu == 0 ? "1024" : "446");
        }
        assertEquals(List.of(1, 2, 3), efficient());
    }

    private List<Integer> efficient() {
        return read().processors().stream()
                .filter(Processor::efficient)
                .map(Processor::cpu)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "sys/devices/system/cpu/online; 0-1,x; a list of CPUs",
                "sys/devices/system/cpu/online; ''; a list of CPUs",
                "sys/devices/system/cpu/cpu0/topology/core_cpus_list; 2-0; a list of CPUs",
                "sys/devices/system/cpu/cpu1/topology/package_cpus_list; 1,9x; a list of CPUs",
                "sys/devices/system/cpu/cpu1/topology/core_cpus_list; 0; a list with CPU 1 in it",
                "sys/devices/system/cpu/cpu0/cache/index1/level; three; a number from 1 to 9",
                "sys/devices/system/cpu/cpu0/cache/index0/level; 0; a number from 1 to 9",
                "sys/devices/system/node/online; 0,,1; a list of CPUs",
                "sys/devices/system/cpu/cpu0/cpu_capacity; -5; a number from 1"
            })
    void aFileThatMakesNoSenseIsNamedAndTheMachineIsFlat(String file, String text, String expected) {
        tree.server(2, 1, 1, 1).file(file, text);
        String remark = remark();
        assertTrue(remark.startsWith("/" + file + " "), remark);
        assertTrue(remark.contains("expected " + expected), remark);
    }

    @Test
    void aMachineThatSaysNothingIsFlat() {
        assertTrue(remark().contains("/sys/devices/system/cpu/online is absent"), remark());
        Topology mac = Topology.read(new Host("Mac OS X", "15.1", "aarch64", root), 8);
        assertEquals(8, mac.cores());
        assertTrue(mac.remark().orElseThrow().contains("Mac OS X"));
    }

    @Test
    void doctorCountsWhatThereIs() {
        tree.server(2, 8, 2, 4);
        Available found = assertInstanceOf(Available.class, TopologyProbes.topology(read()));
        assertEquals("2 packages, 4 last-level caches, 16 cores, 32 CPUs (0-31)", found.what());
        tree.online("?");
        assertInstanceOf(Unavailable.class, TopologyProbes.topology(read()));
    }

    @Test
    void thisMachineHasAsManyCpusAsItSays() {
        Topology topology = Topology.current();
        assertFalse(topology.processors().isEmpty());
        assertTrue(topology.cores() <= topology.processors().size());
    }
}
