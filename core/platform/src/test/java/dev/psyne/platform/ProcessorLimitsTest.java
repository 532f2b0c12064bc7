package dev.psyne.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.platform.Availability.Available;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorLimitsTest {
    private static final String UNIFIED_MOUNT =
            "35 24 0:30 %s /sys/fs/cgroup rw shared:9 - cgroup2 cgroup2 rw,nsdelegate";

    @TempDir
    Path root;

    private MachineTree tree;

    @BeforeEach
    void machineOfSixteen() {
        tree = new MachineTree(root).online("0-15");
    }

    private ProcessorLimits limits() {
        return ProcessorLimits.read(tree.host(), 16);
    }

    /** A process in a group of version 2, on a system that shows what lies below {@code mountRoot}. */
    private MachineTree unified(String group, String mountRoot) {
        return tree.file("proc/self/cgroup", "0::" + group)
                .file("proc/self/mountinfo", UNIFIED_MOUNT.formatted(mountRoot));
    }

    private void older(String group) {
        tree.file("proc/self/cgroup", "4:cpuset:" + group + "\n3:cpu,cpuacct:" + group + "\n1:name=systemd:/x\n0::/")
                .file(
                        "proc/self/mountinfo",
                        "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
                                + "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
                                + "33 31 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset");
    }

    private static void assertQuota(double expected, OptionalDouble quota) {
        assertEquals(expected, quota.orElseThrow(), 1e-9);
    }

    @Test
    void withoutLimitsEveryCpuIsUsable() {
        ProcessorLimits limits = limits();
        assertEquals(16, limits.usable());
        assertEquals("0-15", limits.allowed().toString());
        assertEquals(Optional.empty(), limits.cpuset());
        assertTrue(limits.quota().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"150000 100000, 2", "100000 100000, 1", "5000 100000, 1", "max 100000, 16", "9900000 100000, 16"})
    void aQuotaIsRoundedUp(String max, int usable) {
        unified("/a", "/").file("sys/fs/cgroup/a/cpu.max", max);
        assertEquals(usable, limits().usable());
    }

    @Test
    void theLeastQuotaOfAGroupAndItsParentsHolds() {
        unified("/pod/box", "/")
                .file("sys/fs/cgroup/pod/box/cpu.max", "800000 100000")
                .file("sys/fs/cgroup/pod/cpu.max", "250000 100000")
                .file("sys/fs/cgroup/pod/cpuset.cpus.effective", "0-7")
                .file("sys/fs/cgroup/cpuset.cpus.effective", "0-15");
        ProcessorLimits limits = limits();
        assertQuota(2.5, limits.quota());
        assertEquals(3, limits.usable());
        assertEquals("0-7", limits.allowed().toString());
    }

    @ParameterizedTest
    @CsvSource({"/../../other, /", "/docker/abc, /docker/abc", "/docker/abc, /elsewhere", "/, /"})
    void aContainerSeesItsOwnGroupAtTheMountPoint(String group, String mountRoot) {
        unified(group, mountRoot).file("sys/fs/cgroup/cpu.max", "300000 100000");
        assertQuota(3, limits().quota());
    }

    @Test
    void versionOneHasItsOwnNames() {
        older("/box");
        tree.file("sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us", "-1")
                .file("sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_period_us", "100000")
                .file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "450000")
                .file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000")
                .file("sys/fs/cgroup/cpuset/box/cpuset.cpus", "2-5");
        ProcessorLimits limits = limits();
        assertQuota(4.5, limits.quota());
        assertEquals("2-5", limits.allowed().toString());
        assertEquals(4, limits.usable());
        tree.file("sys/fs/cgroup/cpuset/box/cpuset.effective_cpus", "2-3");
        assertEquals(2, limits().usable());
    }

    @ParameterizedTest
    @CsvSource({"many 100000", "100000", "100000 0", "-5 100000", "''"})
    void aQuotaThatMakesNoSenseIsNone(String max) {
        unified("/", "/").file("sys/fs/cgroup/cpu.max", max).file("sys/fs/cgroup/cpuset.cpus.effective", "x");
        assertEquals(16, limits().usable());
    }

    @Test
    void theAffinityOfTheProcessCountsAsFarAsItsCpusAreOnline() {
        tree.file("proc/self/status", "Cpus_allowed_list:\t4-127\n");
        assertEquals("4-15", limits().affinity().toString());
        unified("/", "/").file("sys/fs/cgroup/cpuset.cpus.effective", "0-5");
        assertEquals("4-5", limits().allowed().toString());
        assertEquals(2, limits().usable());
    }

    @Test
    void aPinnedThreadIsNotTheMeasureOfItsProcess() {
        tree.file("proc/self/status", "Cpus_allowed_list:\t0-15")
                .file("proc/thread-self/status", "Cpus_allowed_list:\t3");
        assertEquals(16, ProcessorLimits.read(tree.host(), 1).usable());
        tree.file("proc/thread-self/status", "Cpus_allowed_list:\t0-127");
        assertEquals(4, ProcessorLimits.read(tree.host(), 4).usable());
    }

    @Test
    void elsewhereTheJvmIsAsked() {
        ProcessorLimits limits = ProcessorLimits.read(new Host("Mac OS X", "15.1", "aarch64", root), 8);
        assertEquals(8, limits.usable());
        assertEquals("0-7", limits.allowed().toString());
    }

    @Test
    void doctorSaysWhatLimits() {
        unified("/", "/").file("sys/fs/cgroup/cpu.max", "150000 100000");
        Available said = assertInstanceOf(Available.class, TopologyProbes.cores(limits()));
        assertEquals(
                "2 cores for this process (affinity 0-15, cpuset none, quota 1.5 processors, JVM 16)", said.what());
    }

    @Test
    void thisProcessMayUseSomething() {
        ProcessorLimits limits = ProcessorLimits.current();
        assertTrue(limits.usable() >= 1 && limits.usable() <= limits.allowed().count(), limits.toString());
    }
}
