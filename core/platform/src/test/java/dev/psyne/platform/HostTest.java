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

    @ParameterizedTest
    @CsvSource({
        "4, always madvise [never], '4 reserved of 2048 kB, transparent: never'",
        "0, always [madvise] never, '0 reserved of 2048 kB, transparent: madvise'"
    })
    void hugePagesReservedOrTransparentAreAvailable(int reserved, String mode, String expected) throws IOException {
        file("proc/meminfo", "HugePages_Total:       " + reserved + "\nHugepagesize:       2048 kB\n");
        file("sys/kernel/mm/transparent_hugepage/enabled", mode + "\n");
        assertEquals(expected, what(HugePagesProbe.probe(linux())));
    }

    @Test
    void hugePagesSwitchedOffComeWithTheCure() throws IOException {
        file("sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n");
        assertTrue(unavailable(HugePagesProbe.probe(linux())).cure().contains("echo madvise"));
        unavailable(HugePagesProbe.probe(mac()));
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
