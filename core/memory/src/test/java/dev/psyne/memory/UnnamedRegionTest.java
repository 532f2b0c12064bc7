package dev.psyne.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.memory.RegionException.Reason;
import dev.psyne.platform.DescriptorListener;
import dev.psyne.platform.DescriptorSocket;
import dev.psyne.platform.Machine;
import dev.psyne.platform.MappableFile;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketTimeoutException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class UnnamedRegionTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int BYTES = 100_000;
    private static final byte OURS = 3;
    private static final byte THEIRS = 4;

    @TempDir
    Path directory;

    private interface Exchange {
        void with(DescriptorSocket here, DescriptorSocket there) throws IOException;
    }

    private void connected(Exchange exchange) throws IOException {
        Path path = directory.resolve("socket");
        try (DescriptorListener listener = DescriptorListener.listen(path);
                DescriptorSocket there = DescriptorSocket.connect(path);
                DescriptorSocket here = listener.accept(LONG)) {
            exchange.with(here, there);
        }
        assertTrue(Files.notExists(path));
    }

    /** The other process: receives a region, checks what is in it, and answers in it. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) throws IOException {
            try (DescriptorSocket socket = DescriptorSocket.connect(Path.of(arguments[0]));
                    Region region = Region.receive(socket, LONG)) {
                byte found = region.segment().get(ValueLayout.JAVA_BYTE, region.bytes() - 1);
                region.segment().fill(found == OURS && region.bytes() == BYTES ? THEIRS : -1);
            }
        }
    }

    @Test
    void aRegionForReadersIsPassedWithAMessageAndReadOnly() throws IOException {
        byte[] word = {1, 2, 3};
        connected((here, there) -> {
            try (Region region =
                    Region.builder(1L << 32).unnamed().sparse().forReaders().build()) {
                region.segment().set(ValueLayout.JAVA_BYTE, (1L << 32) - 1, OURS);
                region.send(there, MemorySegment.ofArray(word));
                MemorySegment content = MemorySegment.ofArray(new byte[64]);
                DescriptorSocket.Packet packet = here.receive(content, LONG);
                assertEquals(3, packet.bytes());
                assertEquals(-1, content.asSlice(0, 3).mismatch(MemorySegment.ofArray(word)));
                MappableFile file = Objects.requireNonNull(packet.file());
                assertThrows(IOException.class, () -> file.map(4096, 1, true), "nobody else may write");
                try (Region read = Region.attach(file)) {
                    assertTrue(read.segment().isReadOnly());
                    assertEquals(OURS, read.segment().get(ValueLayout.JAVA_BYTE, (1L << 32) - 1));
                    try (Arena arena = Arena.ofConfined()) {
                        assertTrue(read.view(arena).isReadOnly());
                    }
                }
            }
        });
    }

    @Test
    void messagesWithoutAFileAndAWholeFileArePassed() throws IOException {
        Path path = Files.write(directory.resolve("file"), new byte[] {7, 8, 9});
        connected((here, there) -> {
            there.send(MemorySegment.ofArray(new byte[] {5}), null);
            MemorySegment content = MemorySegment.ofArray(new byte[2]);
            assertNull(here.receive(content, LONG).file());
            assertEquals(5, content.get(ValueLayout.JAVA_BYTE, 0));
            there.send(MemorySegment.ofArray(new byte[3]), MappableFile.open(path, false, true));
            assertThrows(IOException.class, () -> here.receive(content, LONG), "longer than there is room");
            assertThrows(IllegalArgumentException.class, () -> there.send(MemorySegment.ofArray(new byte[0]), null));
            assertThrows(IllegalArgumentException.class, () -> there.send(MemorySegment.ofArray(new byte[4097]), null));
            try (Region file = Region.mapReadOnly(MappableFile.open(path, false, true))) {
                file.send(there, MemorySegment.ofArray(new byte[1]));
            }
            try (Region file = Region.mapReadOnly(
                    Objects.requireNonNull(here.receive(content, LONG).file()))) {
                assertEquals(3, file.bytes());
                assertEquals(9, file.segment().get(ValueLayout.JAVA_BYTE, 2));
            }
        });
    }

    @Test
    void anotherProcessReadsAndWritesARegionPassedToIt() throws IOException, InterruptedException {
        Path path = directory.resolve("socket");
        Path output = directory.resolve("output");
        try (DescriptorListener listener = DescriptorListener.listen(path);
                Region region = Region.builder(BYTES).unnamed().build()) {
            region.segment().fill(OURS);
            Process other = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Other.class.getName(),
                            path.toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try (DescriptorSocket socket = listener.accept(LONG)) {
                region.send(socket);
                assertEquals(0, other.waitFor(), () -> read(output));
            } finally {
                other.destroyForcibly();
            }
            for (byte value : region.segment().toArray(ValueLayout.JAVA_BYTE)) {
                assertEquals(THEIRS, value);
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    @Test
    void aReceivedRegionOutlivesTheSendersAndIsPassedOn() throws IOException {
        connected((here, there) -> {
            Region first = Region.builder(BYTES).unnamed().build();
            first.segment().fill(OURS);
            first.send(here);
            first.close();
            assertThrows(IllegalStateException.class, () -> first.send(here));
            try (Region second = Region.receive(there, LONG)) {
                second.send(there);
                try (Region third = Region.receive(here, LONG)) {
                    assertEquals(OURS, third.segment().get(ValueLayout.JAVA_BYTE, BYTES - 1));
                }
            }
        });
    }

    @Test
    void regionsWithANameOrForOneProcessAreNotPassed() throws IOException {
        connected((here, _) -> {
            try (Region anonymous = Region.anonymous(BYTES)) {
                assertThrows(UnsupportedOperationException.class, () -> anonymous.send(here));
            }
        });
    }

    @Test
    void theSizeOfWhatIsReceivedMustBeSealed() throws IOException {
        connected((here, there) -> {
            try (MappableFile open = MappableFile.inMemory("open")) {
                open.allocate(2 * RegionHeader.BYTES);
                here.send(open);
            }
            RegionMismatchException refused =
                    assertThrows(RegionMismatchException.class, () -> Region.receive(there, LONG));
            assertEquals("seals", refused.field());
        });
    }

    @Test
    void whatIsReceivedIsCheckedLikeARegionWithAName() throws IOException {
        connected((here, there) -> {
            try (MappableFile foreign = MappableFile.inMemory("foreign")) {
                foreign.allocate(2 * RegionHeader.BYTES);
                foreign.sealSize();
                assertThrows(IOException.class, () -> foreign.resize(1));
                here.send(foreign);
            }
            RegionMismatchException refused =
                    assertThrows(RegionMismatchException.class, () -> Region.receive(there, LONG));
            assertEquals("magic", refused.field());
        });
    }

    @Test
    void moreThanThereIsMemoryIsRefused() {
        RegionException refused = assertThrows(
                RegionException.class,
                () -> Region.builder(4 * Machine.availableBytes()).unnamed().build());
        assertEquals(Reason.NO_SPACE, refused.reason());
    }

    @Test
    void nothingInTimeAndTheOthersEndAreExceptions() throws IOException {
        connected((here, there) -> {
            assertThrows(SocketTimeoutException.class, () -> there.receive(Duration.ZERO));
            here.close();
            here.close();
            assertThrows(EOFException.class, () -> there.receive(LONG));
            assertThrows(IOException.class, () -> here.receive(LONG));
            try (Region region = Region.builder(BYTES).unnamed().build()) {
                FileSystemException gone = assertThrows(FileSystemException.class, () -> region.send(there));
                assertTrue(gone.toString().contains("EPIPE"), gone.toString());
            }
        });
    }

    @Test
    void aCloseWakesWhoWaits() throws IOException, InterruptedException {
        Path path = directory.resolve("socket");
        DescriptorListener listener = DescriptorListener.listen(path);
        FutureTask<DescriptorSocket> waiting = new FutureTask<>(() -> listener.accept(LONG));
        Thread thread = Thread.ofPlatform().start(waiting);
        listener.close();
        assertInstanceOf(
                IOException.class,
                assertThrows(ExecutionException.class, waiting::get).getCause());
        thread.join();
    }

    @Test
    void theSocketIsForItsOwnerAloneAndItsPathIsChecked() throws IOException {
        Path path = directory.resolve("socket");
        assertThrows(NoSuchFileException.class, () -> DescriptorSocket.connect(path));
        try (DescriptorListener first = DescriptorListener.listen(path)) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            assertThrows(FileSystemException.class, () -> DescriptorListener.listen(path));
            assertThrows(SocketTimeoutException.class, () -> first.accept(Duration.ZERO));
        }
        Path tooLong = directory.resolve("a".repeat(108));
        assertThrows(IllegalArgumentException.class, () -> DescriptorListener.listen(tooLong));
    }
}
