package dev.psyne.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.memory.RegionException.Reason;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedRegionTest {
    private static final int BYTES = 10_000;
    private static final long GIBIBYTE = 1L << 30;

    @TempDir
    Path directory;

    private RegionBuilder frames(long bytes) {
        return Region.builder(bytes).shared("frames").directory(directory);
    }

    private RegionBuilder frames() {
        return Region.builder().shared("frames").directory(directory);
    }

    private Path file() {
        return directory.resolve("psyne.frames");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void whatOneWritesTheOtherReads() {
        try (Region ours = frames(BYTES).build();
                Region theirs = frames().open()) {
            assertEquals(BYTES, theirs.bytes());
            assertEquals(0, theirs.segment().address() % 4096);
            ours.segment().set(ValueLayout.JAVA_LONG, 8, 42);
            assertEquals(42, theirs.segment().get(ValueLayout.JAVA_LONG, 8));
            theirs.segment().set(ValueLayout.JAVA_BYTE, BYTES - 1, (byte) 7);
            assertEquals(7, ours.segment().get(ValueLayout.JAVA_BYTE, BYTES - 1));
            assertThrows(IndexOutOfBoundsException.class, () -> theirs.segment().get(ValueLayout.JAVA_BYTE, BYTES));
        }
    }

    @Test
    void theDefaultDirectoryIsUsedUnlessAnotherIsGiven() {
        String name = "test-" + UUID.randomUUID();
        try (Region ours = Region.builder(BYTES).shared(name).build()) {
            assertTrue(Files.exists(Region.defaultDirectory().resolve("psyne." + name)));
            assertTrue(ours.isOpen());
        } finally {
            assertTrue(Region.unlink(name));
        }
        assertFalse(Region.unlink(name));
    }

    @Test
    void aRegionOutlivesItsCreatorAndItsName() {
        frames(BYTES).content(segment -> segment.fill((byte) 5)).build().close();
        try (Region late = frames(BYTES).open()) {
            assertTrue(Region.unlink(directory, "frames"));
            assertEquals(5, late.segment().get(ValueLayout.JAVA_BYTE, BYTES - 1));
            try (Region other = frames(BYTES).build()) {
                assertEquals(0, other.segment().get(ValueLayout.JAVA_BYTE, 0));
            }
        }
    }

    @Test
    void nobodySeesItBeforeItsContentIsWritten() throws IOException {
        frames(BYTES)
                .content(_ -> assertEquals(
                        Reason.MISSING,
                        assertThrows(RegionException.class, () -> frames().open())
                                .reason()))
                .build()
                .close();
        assertEquals(List.of(file()), files());
    }

    @Test
    void contentThatCannotBeWrittenLeavesNothing() throws IOException {
        MemorySegment[] leaked = new MemorySegment[1];
        RegionBuilder failing = frames(BYTES).content(segment -> {
            leaked[0] = segment;
            throw new UnsupportedOperationException("no content");
        });
        assertThrows(UnsupportedOperationException.class, failing::build);
        assertEquals(List.of(), files());
        assertThrows(IllegalStateException.class, () -> leaked[0].get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void theFileIsForItsOwnerAlone() throws IOException {
        frames(BYTES).build().close();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    }

    @Test
    void aNameIsTakenOnce() throws IOException {
        try (Region first = frames(BYTES).build()) {
            RegionException exists = assertThrows(RegionException.class, frames(BYTES)::build);
            assertEquals(Reason.EXISTS, exists.reason());
            assertTrue(exists.toString().contains("frames"), exists.toString());
            assertTrue(first.isOpen());
        }
        assertEquals(List.of(file()), files());
    }

    @Test
    void aMissingRegionIsNamed() {
        RegionException missing = assertThrows(RegionException.class, frames()::open);
        assertEquals(Reason.MISSING, missing.reason());
        assertTrue(missing.toString().contains("'frames' in " + directory), missing.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "/a", "..", ".a", "-a", "a b", "a\0b", "ä", "a\n"})
    void anUnsafeNameIsRefused(String name) {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> Region.builder(1).shared(name));
        assertTrue(refused.toString().contains("'" + name + "'"), refused.toString());
        assertThrows(IllegalArgumentException.class, () -> Region.unlink(directory, name));
    }

    @Test
    void theHeaderIsAsDrawn() throws IOException {
        frames(BYTES).content(segment -> segment.fill((byte) 9)).build().close();
        byte[] bytes = Files.readAllBytes(file());
        ByteBuffer golden = ByteBuffer.allocate(4096 + BYTES).order(ByteOrder.nativeOrder());
        long magic = ByteBuffer.wrap("GERENYSP".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .getLong();
        int owner = (Integer) Files.getAttribute(file(), "unix:uid");
        golden.putLong(magic).putInt(1).putInt(owner).putLong(BYTES);
        Arrays.fill(golden.array(), 4096, 4096 + BYTES, (byte) 9);
        assertEquals(-1, Arrays.mismatch(golden.array(), bytes));
    }

    private RegionMismatchException mismatch(String field) {
        RegionMismatchException mismatch = assertThrows(RegionMismatchException.class, frames(BYTES)::open);
        assertEquals(field, mismatch.field(), mismatch.toString());
        assertEquals(Reason.MISMATCH, mismatch.reason());
        assertTrue(mismatch.toString().contains(field), mismatch.toString());
        assertTrue(mismatch.toString().contains(mismatch.found()), mismatch.toString());
        assertTrue(mismatch.toString().contains(mismatch.expected()), mismatch.toString());
        return mismatch;
    }

    private void patch(long at, long value, int bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value);
            channel.write(buffer.flip().limit(bytes), at);
        }
    }

    @Test
    void eachFieldOfAForeignHeaderIsRefusedByName() throws IOException {
        frames(BYTES).build().close();
        patch(0, 0x1234, 8);
        assertEquals("0x1234", mismatch("magic").found());
        patch(0, RegionHeader.MAGIC, 8);
        patch(8, 2, 4);
        assertEquals("2", mismatch("version").found());
        patch(8, RegionHeader.VERSION, 4);
        int owner = (Integer) Files.getAttribute(file(), "unix:uid");
        patch(12, owner + 1, 4);
        mismatch("header owner");
        patch(12, owner, 4);
        for (long size : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            patch(16, size, 8);
            assertEquals(Long.toString(size), mismatch("payload bytes").found());
        }
        patch(16, BYTES + 1, 8);
        mismatch("file bytes");
        patch(16, BYTES - 1, 8);
        assertEquals(Integer.toString(BYTES), mismatch("payload bytes").expected());
        patch(16, BYTES, 8);
        frames(BYTES).open().close();
    }

    @Test
    void aFileThatIsNoRegionIsRefused() throws IOException {
        Files.createDirectory(file());
        assertEquals(
                Reason.REFUSED,
                assertThrows(RegionException.class, frames()::open).reason());
        Files.delete(file());
        Files.writeString(file(), "short");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
        assertEquals("5", mismatch("file bytes").found());
    }

    @Test
    void aRegionThatOthersCanReachIsRefused() throws IOException {
        frames(BYTES).build().close();
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
        assertEquals("0640", mismatch("permissions").found());
    }

    @Test
    void aSymbolicLinkIsNotFollowed() throws IOException {
        frames(BYTES).build().close();
        Files.createSymbolicLink(directory.resolve("psyne.linked"), file());
        RegionException refused = assertThrows(
                RegionException.class,
                () -> Region.builder().shared("linked").directory(directory).open());
        assertEquals(Reason.REFUSED, refused.reason());
    }

    @Test
    void aSizeThatIsNotThereToBeHadIsRefusedAtCreationAndLeavesNothing() throws IOException {
        Path shared = Region.defaultDirectory();
        long bytes = Files.getFileStore(shared).getTotalSpace() + GIBIBYTE;
        String name = "test-" + UUID.randomUUID();
        RegionException full = assertThrows(
                RegionException.class, () -> Region.builder(bytes).shared(name).build());
        assertEquals(Reason.NO_SPACE, full.reason());
        for (String part : List.of(Long.toString(bytes + 4096), "free", "--shm-size", shared.toString())) {
            assertTrue(full.toString().contains(part), full.toString());
        }
        try (Stream<Path> files = Files.list(shared)) {
            assertFalse(files.anyMatch(file -> file.toString().contains(name)));
        }
    }

    @Test
    void alignmentBeyondTheHeaderIsRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> frames(BYTES).alignment(8192).build());
    }

    @Test
    void aBuilderWithoutSizeOrPlaceIsRefused() {
        assertThrows(IllegalArgumentException.class, frames()::build);
        assertThrows(IllegalArgumentException.class, () -> Region.builder(1).open());
        assertThrows(
                IllegalArgumentException.class,
                () -> Region.builder(1).unnamed().open());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void leasesOfSharedRegionsKeepTheMemory() {
        Region region = frames(BYTES).build();
        try (RegionLease lease = region.acquire()) {
            region.close();
            MemorySegment.ofAddress(lease.address()).reinterpret(BYTES).fill((byte) 1);
        }
        try (Region again = frames().open()) {
            assertEquals(1, again.segment().get(ValueLayout.JAVA_BYTE, BYTES - 1));
        }
    }
}
