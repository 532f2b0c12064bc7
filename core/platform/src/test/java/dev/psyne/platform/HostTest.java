package dev.psyne.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The probes on machines that are not this one, made of files. */
class HostTest {
    @TempDir
    Path root;

    private Host linux() {
        return new Host("Linux", "6.1.0", "amd64", root);
    }

    private Host mac() {
        return new Host("Mac OS X", "15.1", "aarch64", root);
    }

    private void file(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static String what(Availability availability) {
        return assertInstanceOf(Available.class, availability).what();
    }

    private static Unavailable unavailable(Availability availability) {
        return assertInstanceOf(Unavailable.class, availability);
    }

    @Test
    void theDistributionIsNamedBesideTheKernel() throws IOException {
        file("etc/os-release", "NAME=x\nPRETTY_NAME=\"Debian GNU/Linux 13\"\n");
        assertEquals("Debian GNU/Linux 13, Linux 6.1.0 amd64", what(SystemProbes.operatingSystem(linux())));
    }

    @Test
    void anotherSystemIsSaidToRunOnFallbacks() {
        assertEquals("Mac OS X 15.1 aarch64 (runs on fallbacks, untested)", what(SystemProbes.operatingSystem(mac())));
    }

    @ParameterizedTest
    @CsvSource({
        "flags: fpu sse2 avx2 avx512f, 512-bit vectors (avx512f)",
        "flags: fpu sse2 avx avx2, 256-bit vectors (avx2)",
        "flags: fpu sse2 avx, 128-bit vectors (sse2)",
        "Features: fp asimd, 128-bit vectors (asimd)",
        "Features: fp asimd sve, scalable vectors (sve)",
        "flags: fpu, no vectors known"
    })
    void theWidestVectorsCount(String line, String vectors) throws IOException {
        file("proc/cpuinfo", "model name\t: Some CPU\n" + line.replace(": ", "\t\t: ") + "\n");
        assertEquals("Some CPU, " + vectors, what(ProcessorProbe.probe(linux())));
    }

    @Test
    void aProcessorThatCannotBeReadIsUnavailable() {
        assertTrue(unavailable(ProcessorProbe.probe(mac())).why().contains("Mac OS X"));
    }

    @Test
    void hugePagesOfEveryKindAreToldApart() throws IOException {
        file("proc/meminfo", "HugePages_Total:       4\nHugePages_Free:       3\nHugepagesize:       2048 kB\n");
        file("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
        file("sys/kernel/mm/transparent_hugepage/shmem_enabled", "always [advise] never\n");
        file("proc/self/mounts", "none / ext4 rw 0 0\nnone /mnt/a\\040b tmpfs rw,huge=advise,size=9k 0 0\n");
        assertEquals(
                "2048 kB; anonymous: transparent (enabled: madvise); unnamed: transparent (shmem_enabled: advise);"
                        + " shared: in /mnt/a b (huge=advise); reserved: 3 free of 4",
                what(HugePagesProbe.probe(linux())));
    }

    @Test
    void hugePagesThatAreMissingComeWithTheCommandThatGivesThem() throws IOException {
        file("sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n");
        file("sys/kernel/mm/transparent_hugepage/shmem_enabled", "always advise [never]\n");
        String what = what(HugePagesProbe.probe(linux()));
        assertTrue(what.contains("echo advise > /sys/kernel/mm/transparent_hugepage/shmem_enabled"), what);
        assertTrue(what.contains("mount -o remount,huge=advise /dev/shm"), what);
        assertTrue(what.contains("sysctl vm.nr_hugepages=64"), what);
    }

    @Test
    void reservedHugePagesAloneWillDo() throws IOException {
        file("proc/meminfo", "HugePages_Total: 4\nHugePages_Free: 4\nHugepagesize: 1048576 kB\n");
        String what = what(HugePagesProbe.probe(linux()));
        assertTrue(what.startsWith("1048576 kB; anonymous: none, enabled is absent, more as root: echo madvise"), what);
    }

    @ParameterizedTest
    @CsvSource({
        "/dev/shm/x, always advise [never] deny force, the tmpfs at /dev/shm is mounted huge=never",
        "/data/x, always advise [never] deny force, /data/x is on ext4",
        "/huge/x, always advise never [deny] force, the tmpfs at /huge is mounted huge=advise",
        "/huge/x, always advise [never] deny force, ''",
        "/dev/shm/x, always advise never deny [force], ''"
    })
    void aDirectoryHasHugePagesWhereItsMountDoes(Path directory, String mode, String why) throws IOException {
        file("sys/kernel/mm/transparent_hugepage/shmem_enabled", mode + "\n");
        file(
                "proc/self/mounts",
                "a / ext4 rw 0 0\nb /dev/shm tmpfs rw 0 0\nc /huge ext4 rw 0 0\nd /huge tmpfs rw,huge=advise 0 0\n");
        Availability found = TransparentHugePages.in(linux(), directory);
        if (why.isEmpty()) {
            what(found);
        } else {
            assertTrue(unavailable(found).why().startsWith(why), found.toString());
        }
    }

    @Test
    void aContainersSharedMemoryComesWithTheOptionThatGivesMore() throws IOException {
        String small = what(MemoryProbes.sharedMemory(1 << 20, 64 << 20));
        assertTrue(small.startsWith("/dev/shm, 1 MiB free of 64 MiB; "), small);
        assertTrue(small.contains("--shm-size"), small);
        assertEquals("/dev/shm, 1 MiB free of 65 MiB", what(MemoryProbes.sharedMemory(1 << 20, 65 << 20)));
        unavailable(MemoryProbes.sharedMemory(linux()));
        file("dev/shm/any", "");
        assertTrue(what(MemoryProbes.sharedMemory(linux())).startsWith("/dev/shm, "));
    }

    @ParameterizedTest
    @CsvSource({"8388608, 8388608 bytes may be locked", "unlimited, no limit"})
    void theLimitOnLockedMemoryIsSaid(String limit, String what) throws IOException {
        file("proc/self/limits", "Max processes  1 2\nMax locked memory         " + limit + "    unlimited bytes\n");
        assertTrue(what(MemoryProbes.lockedMemory(linux())).startsWith(what));
        String refused = MemoryLimits.lockRefused(linux(), 99, -12).toString();
        assertTrue(refused.contains("99 bytes"), refused);
        assertTrue(refused.contains("ENOMEM"), refused);
        assertTrue(refused.contains("RLIMIT_MEMLOCK is " + limit), refused);
    }

    @ParameterizedTest
    @CsvSource({"'0', one node", "'0-1,3', 'nodes [0, 1, 3]'"})
    void nodesAreCounted(String online, String what) throws IOException {
        file("sys/devices/system/node/online", online + "\n");
        assertTrue(what(MemoryProbes.numa(linux())).startsWith(what));
    }

    @Test
    void hugePagesOfOneMappingAreSummed() throws IOException {
        file("proc/self/smaps", """
                1000-2000 rw-p 0 00:00 0
                AnonHugePages:      2048 kB
                2000-ffffffffff600000 rw-s 0 00:00 0 /dev/shm/x
                Size:               8192 kB
                AnonHugePages:      2048 kB
                ShmemPmdMapped:     4096 kB
                FilePmdMapped:         0 kB
                ffffffffff600000-ffffffffff601000 --xp 0 00:00 0 [vsyscall]
                AnonHugePages:      2048 kB
                """);
        assertEquals(6 << 20, MemoryMaps.hugeBytes(linux(), 0x2000));
        assertEquals(2 << 20, MemoryMaps.hugeBytes(linux(), 0x1fff));
        assertEquals(0, MemoryMaps.hugeBytes(linux(), 0x500));
        assertEquals(0, MemoryMaps.hugeBytes(mac(), 0x2000));
    }

    @Test
    void hugePagesSwitchedOffComeWithTheCure() throws IOException {
        file("sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n");
        assertTrue(unavailable(HugePagesProbe.probe(linux())).cure().contains("echo madvise"));
        unavailable(HugePagesProbe.probe(mac()));
        unavailable(MemoryProbes.numa(mac()));
        unavailable(MemoryProbes.sharedMemory(mac()));
        unavailable(MemoryProbes.lockedMemory(mac()));
    }

    @Test
    void systemCallsAreUnavailableElsewhere() {
        assertTrue(unavailable(FutexProbe.probe(mac())).why().contains("Mac OS X"));
        unavailable(SystemProbes.pageSize(mac()));
        unavailable(VirtualMemoryProvider.probe(mac()));
    }

    @Test
    void aFutexOfAnUnknownProcessorIsNotCalled() {
        Host riscv = new Host("Linux", "6.1.0", "riscv64", root);
        assertTrue(unavailable(FutexProbe.probe(riscv)).why().contains("riscv64"));
    }

    @ParameterizedTest
    @CsvSource({
        "VmRSS: 12 kB, 12288",
        "VmRSS: many kB, -1",
        "VmRSS:, -1",
        "VmRSS: 99999999999999999999 kB, -1",
        "Other: 1 kB, -1"
    })
    void figuresAreReadOnlyWhereTheyAreNumbers(String line, long bytes) throws IOException {
        file("proc/self/status", line + "\n");
        assertEquals(bytes, linux().bytesOf("proc/self/status", "VmRSS").orElse(-1));
    }
}
