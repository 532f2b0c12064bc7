package dev.psyne.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.memory.RegionException.Reason;
import dev.psyne.memory.RegionPlacement.PageKind;
import dev.psyne.platform.Availability.Unavailable;
import dev.psyne.platform.TransparentHugePages;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Regions on file systems that the test mounts and with huge pages that it reserves. */
@Tag("root")
class MountedRegionTest {
    private static final long MEBIBYTE = 1 << 20;
    private static final Path RESERVED = Path.of("/proc/sys/vm/nr_hugepages");

    @TempDir
    Path directory;

    private interface Body {
        void run() throws IOException, InterruptedException;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertEquals(
                0, new ProcessBuilder(command).inheritIO().start().waitFor(), () -> String.join(" ", List.of(command)));
    }

    private void mounted(String options, Body body) throws IOException, InterruptedException {
        run("mount", "-t", "tmpfs", "-o", options, "none", directory.toString());
        try {
            body.run();
        } finally {
            run("umount", directory.toString());
        }
    }

    private RegionBuilder region(String name, long mebibytes) {
        return Region.builder(mebibytes * MEBIBYTE).shared(name).directory(directory);
    }

    @Test
    void aFullFileSystemIsAnExceptionAtCreationThatSaysWhatIsFree() throws IOException, InterruptedException {
        mounted("size=8m", () -> {
            for (HugePages huge : HugePages.values()) {
                try (Region fits = region("fits", 4).build()) {
                    RegionBuilder tooMuch = region("full", 6).hugePages(huge);
                    RegionException full = assertThrows(RegionException.class, tooMuch::build);
                    assertEquals(Reason.NO_SPACE, full.reason());
                    assertTrue(full.toString().contains(6 * MEBIBYTE + 4096 + " bytes"), full.toString());
                    assertTrue(full.toString().contains("of " + 8 * MEBIBYTE), full.toString());
                    fits.segment().fill((byte) 1);
                }
                Region.unlink(directory, "fits");
                try (Stream<Path> files = Files.list(directory)) {
                    assertEquals(List.of(), files.toList());
                }
            }
        });
    }

    @Test
    void aFullFileSystemWithHugePagesIsTheSameException() throws IOException, InterruptedException {
        mounted("size=8m,huge=advise", () -> {
            RegionException full =
                    assertThrows(RegionException.class, region("full", 20).hugePages(HugePages.TRY)::build);
            assertEquals(Reason.NO_SPACE, full.reason());
            try (Stream<Path> files = Files.list(directory)) {
                assertEquals(List.of(), files.toList());
            }
        });
    }

    @Test
    void sharedRegionsOnATmpfsForThemHaveHugePages() throws IOException, InterruptedException {
        mounted("size=64m,huge=advise", () -> {
            RegionBuilder wanted = region("huge", 16).hugePages(HugePages.REQUIRE);
            try (Region first = wanted.prefault(Runnable::run).build();
                    Region second = wanted.open()) {
                assertEquals(PageKind.TRANSPARENT, first.placement().pages());
                assertEquals(PageKind.TRANSPARENT, second.placement().pages());
                first.segment().fill((byte) 3);
                assertEquals(3, second.segment().get(ValueLayout.JAVA_BYTE, 16 * MEBIBYTE - 1));
            }
        });
    }

    @Test
    void sharedRegionsOnAnOrdinaryTmpfsHaveNoneAndSayWhatWouldGiveThem() throws IOException, InterruptedException {
        mounted("size=64m", () -> {
            try (Region region = region("plain", 16).hugePages(HugePages.TRY).build()) {
                Unavailable none =
                        assertInstanceOf(Unavailable.class, region.placement().hugePages());
                assertTrue(none.cure().contains("mount -o remount,huge=advise " + directory), none.cure());
            }
        });
    }

    @Test
    void reservedHugePagesAreTakenFirstAndGivenBack() throws IOException {
        String before = Files.readString(RESERVED).strip();
        Files.writeString(RESERVED, "4");
        try {
            long bytes = 3 * TransparentHugePages.pageBytes() + 1;
            RegionBuilder wanted = Region.builder(bytes).hugePages(HugePages.REQUIRE);
            for (int round = 0; round < 3; round++) {
                try (Region region = wanted.prefault(Runnable::run).build()) {
                    assertEquals(PageKind.RESERVED, region.placement().pages());
                    assertEquals(Set.of(0), region.placement().nodes());
                    region.segment().fill((byte) 1);
                    try (Region beyond = wanted.build()) {
                        assertEquals(PageKind.TRANSPARENT, beyond.placement().pages());
                    }
                }
            }
        } finally {
            Files.writeString(RESERVED, before);
        }
    }

    @Test
    void withoutThePrivilegeTheLimitOnLockedMemoryIsNamed() throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process limited = new ProcessBuilder(
                        "setpriv",
                        "--bounding-set=-ipc_lock",
                        "--inh-caps=-ipc_lock",
                        "sh",
                        "-c",
                        "ulimit -l 64; exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Locking.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertEquals(1, limited.waitFor());
        String said = Files.readString(output);
        assertTrue(said.contains("RLIMIT_MEMLOCK is 65536 bytes"), said);
    }

    /** The process that may not lock. */
    static final class Locking {
        private Locking() {}

        public static void main(String[] arguments) {
            Region.builder(MEBIBYTE).locked().build().close();
        }
    }
}
