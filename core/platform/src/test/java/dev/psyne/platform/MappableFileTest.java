package dev.psyne.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@EnabledOnOs(OS.LINUX)
class MappableFileTest {
    private static final int BYTES = 10_000;

    @TempDir
    Path directory;

    /** Linux's own and the fallback of every other system, which works here too. */
    enum Variant {
        LINUX,
        CHANNEL;

        MappableFile create(Path file) throws IOException {
            return this == LINUX ? LinuxFile.create(file) : ChannelFile.create(file);
        }

        MappableFile open(Path file, boolean writable, boolean followLink) throws IOException {
            return this == LINUX
                    ? LinuxFile.open(file, writable, followLink)
                    : ChannelFile.open(file, writable, followLink);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsMappedIsTheFile(Variant variant) throws IOException {
        Path path = directory.resolve("file");
        try (MappableFile file = variant.create(path)) {
            file.allocate(BYTES);
            assertEquals(BYTES, file.status().bytes());
            assertTrue(file.status().isRegular());
            assertEquals(file.user(), file.status().owner());
            assertFalse(file.isSizeSealed());
            assertThrows(IOException.class, file::sealSize);
            Pages pages = file.map(BYTES, 64, true);
            try (Arena arena = Arena.ofShared()) {
                pages.view(arena).fill((byte) 7);
            }
            pages.release();
        }
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        try (MappableFile file = variant.open(path, false, false)) {
            Pages pages = file.map(BYTES, 4096, false);
            try (Arena arena = Arena.ofShared()) {
                assertEquals(7, pages.view(arena).get(ValueLayout.JAVA_BYTE, BYTES - 1));
                assertThrows(
                        IllegalArgumentException.class,
                        () -> pages.view(arena).set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
            }
            pages.release();
        }
    }

    @ParameterizedTest
    @EnumSource
    void sizesAreSetWithoutLosingContent(Variant variant) throws IOException {
        Path path = Files.write(directory.resolve("file"), new byte[] {1, 2, 3});
        try (MappableFile file = variant.open(path, true, false)) {
            file.resize(BYTES);
            assertEquals(BYTES, file.status().bytes());
            file.resize(2);
            assertEquals(2, Files.readAllBytes(path)[1]);
            assertEquals(2, file.status().bytes());
        }
    }

    @ParameterizedTest
    @EnumSource
    void moreThanTheFileSystemHasIsRefused(Variant variant) throws IOException {
        Path path = Path.of("/dev/shm", "test-" + UUID.randomUUID());
        long bytes = Files.getFileStore(path.getParent()).getTotalSpace() + (1L << 30);
        try (MappableFile file = variant.create(path)) {
            OutOfSpaceException full = assertThrows(OutOfSpaceException.class, () -> file.allocate(bytes));
            assertEquals(path.toString(), full.getFile());
            assertTrue(full.toString().contains(Long.toString(bytes)), full.toString());
        } finally {
            Files.delete(path);
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesThatAreTakenMissingOrLinksAreToldApart(Variant variant) throws IOException {
        Path path = directory.resolve("file");
        assertThrows(NoSuchFileException.class, () -> variant.open(path, false, false));
        variant.create(path).close();
        assertThrows(FileAlreadyExistsException.class, () -> variant.create(path));
        Path link = Files.createSymbolicLink(directory.resolve("link"), path);
        variant.open(link, true, true).close();
        assertThrows(IOException.class, () -> variant.open(link, true, false));
    }

    @Test
    void addressesOfAFileAreAlignedBeyondAPage() throws IOException {
        try (MappableFile file = LinuxFile.create(directory.resolve("file"))) {
            file.allocate(BYTES);
            Pages pages = file.map(BYTES, 1 << 21, true);
            assertEquals(0, pages.address() % (1 << 21));
            pages.release();
        }
    }

    @Test
    void whatCannotBeMappedIsAnExceptionWithTheErrno() throws IOException {
        try (MappableFile folder = LinuxFile.open(directory, false, false)) {
            assertFalse(folder.status().isRegular());
            FileSystemException refused = assertThrows(FileSystemException.class, () -> folder.map(BYTES, 1, false));
            assertTrue(refused.toString().contains("errno"), refused.toString());
            assertThrows(FileSystemException.class, () -> folder.map(BYTES, 1 << 21, false));
        }
    }
}
