package dev.psyne.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.platform.VirtualMemory;
import dev.psyne.platform.VirtualMemory.Choice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RegionTest {
    private static final int REREAD = 5;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(
            value = Choice.class,
            names = {"AUTOMATIC", "ARENA"})
    void anonymousMemoryIsZeroedAndAligned(Choice choice) {
        try (Region region = Region.builder(10_000)
                .alignment(1 << 16)
                .source(VirtualMemory.of(choice))
                .build()) {
            MemorySegment segment = region.segment();
            assertEquals(10_000, region.bytes());
            assertEquals(0, segment.address() % (1 << 16));
            assertEquals(-1, segment.mismatch(MemorySegment.ofArray(new byte[10_000])));
            segment.set(ValueLayout.JAVA_LONG, 8, 42);
            assertEquals(42, segment.get(ValueLayout.JAVA_LONG, 8));
        }
    }

    @Test
    void aSizeOutOfBoundsIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Region.anonymous(0));
        assertThrows(IllegalArgumentException.class, () -> Region.anonymous(-1));
        assertThrows(IllegalArgumentException.class, () -> Region.anonymous(64, 48));
    }

    @Test
    void afterCloseEverythingThrowsAndASecondCloseDoesNot() {
        Region region = Region.anonymous(64);
        MemorySegment slice = region.segment().asSlice(8, 8);
        assertTrue(region.isOpen());
        region.close();
        region.close();
        assertFalse(region.isOpen());
        assertEquals(64, region.bytes());
        assertThrows(IllegalStateException.class, () -> slice.get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, region::segment);
        assertThrows(IllegalStateException.class, region::acquire);
    }

    @Test
    void aLeaseKeepsTheMemoryButNotTheSegments() {
        Region region = Region.anonymous(64);
        MemorySegment segment = region.segment();
        segment.set(ValueLayout.JAVA_BYTE, 3, (byte) REREAD);
        RegionLease first = region.acquire();
        RegionLease second = region.acquire();
        region.close();
        first.release();
        first.release();
        assertThrows(IllegalStateException.class, first::address);
        assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 3));
        assertEquals(
                REREAD,
                MemorySegment.ofAddress(second.address())
                        .reinterpret(second.bytes())
                        .get(ValueLayout.JAVA_BYTE, 3));
        second.close();
        assertThrows(IllegalStateException.class, second::address);
    }

    @Test
    void aMappedFileIsReadInPlaceAndNotWritten() throws IOException {
        Path file = directory.resolve("data");
        Files.write(file, new byte[] {1, 2, 3});
        try (Region region = Region.mapReadOnly(file)) {
            assertArrayEquals(new byte[] {1, 2, 3}, region.segment().toArray(ValueLayout.JAVA_BYTE));
            assertThrows(
                    IllegalArgumentException.class, () -> region.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 9));
        }
        assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(file));
    }

    @Test
    void whatIsWrittenToAMappedFileReachesIt() throws IOException {
        Path file = directory.resolve("data");
        Files.write(file, new byte[] {1, 2, 3});
        try (Region region = Region.builder().file(file).open()) {
            region.segment().set(ValueLayout.JAVA_BYTE, 1, (byte) 9);
        }
        assertArrayEquals(new byte[] {1, 9, 3}, Files.readAllBytes(file));
    }

    @Test
    void aNewFileIsAllOfItsContentOrNotThere() throws IOException {
        Path file = directory.resolve("data");
        try (Region region =
                Region.builder(5).file(file).content(s -> s.fill((byte) 4)).build()) {
            assertEquals(5, region.bytes());
        }
        assertArrayEquals(new byte[] {4, 4, 4, 4, 4}, Files.readAllBytes(file));
        RegionException exists = assertThrows(
                RegionException.class, () -> Region.builder(5).file(file).build());
        assertEquals(RegionException.Reason.EXISTS, exists.reason());
        RegionMismatchException size = assertThrows(
                RegionMismatchException.class,
                () -> Region.builder(6).file(file).open());
        assertEquals("file bytes", size.field());
    }

    @Test
    void aNewFileThatDoesNotFitIsNotThere() throws IOException {
        Path shared = Region.defaultDirectory();
        Path file = shared.resolve("test-" + UUID.randomUUID());
        long bytes = Files.getFileStore(shared).getTotalSpace() + (1L << 30);
        RegionException full = assertThrows(
                RegionException.class, () -> Region.builder(bytes).file(file).build());
        assertEquals(RegionException.Reason.NO_SPACE, full.reason());
        assertTrue(Files.notExists(file));
    }

    @Test
    void anEmptyFileIsAnEmptyRegion() throws IOException {
        Path file = Files.createFile(directory.resolve("empty"));
        try (Region region = Region.mapReadOnly(file)) {
            assertEquals(0, region.segment().byteSize());
        }
    }

    @Test
    void aMissingFileIsNamed() {
        Path file = directory.resolve("missing");
        NoSuchFileException missing = assertThrows(NoSuchFileException.class, () -> Region.mapReadOnly(file));
        assertEquals(file.toString(), missing.getFile());
        RegionException reason = assertThrows(
                RegionException.class, () -> Region.builder().file(file).open());
        assertEquals(RegionException.Reason.MISSING, reason.reason());
    }

    @Test
    void aViewEndsWithItsArenaAndOutlivesTheRegion() {
        Region region = Region.anonymous(100);
        MemorySegment view;
        try (Arena arena = Arena.ofShared()) {
            view = region.view(arena);
            assertEquals(100, view.byteSize());
            view.set(ValueLayout.JAVA_BYTE, 99, (byte) 7);
            assertEquals(7, region.segment().get(ValueLayout.JAVA_BYTE, 99));
            region.close();
            assertEquals(7, view.get(ValueLayout.JAVA_BYTE, 99));
            assertThrows(IllegalStateException.class, () -> region.view(arena));
        }
        assertThrows(IllegalStateException.class, () -> view.get(ValueLayout.JAVA_BYTE, 99));
    }

    @Test
    void anArenaThatIsClosedTakesNoView() {
        try (Region region = Region.anonymous(100)) {
            Arena arena = Arena.ofShared();
            arena.close();
            assertThrows(IllegalStateException.class, () -> region.view(arena));
        }
    }
}
