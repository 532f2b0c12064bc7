package dev.psyne.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.memory.Region;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Channels of processes, seen from outside. */
@Timeout(60)
class ChannelDirectoryTest {
    private static final MessageHandler IGNORE = _ -> {};

    private final Ends ends = new Ends("ipc");
    private final ChannelDirectory directory = ChannelDirectory.at(ends.directory());

    @AfterEach
    void close() {
        ends.close();
    }

    private ChannelStatistics only() {
        List<ChannelStatistics> all = directory.channels();
        assertEquals(1, all.size());
        return all.getFirst();
    }

    @Test
    void aDirectoryThatIsNotThereHasNoChannels() {
        assertEquals(
                List.of(), ChannelDirectory.at(Path.of("/nonexistent/psyne")).channels());
        assertEquals(List.of(), directory.prepared().channels());
    }

    @ParameterizedTest
    @EnumSource
    void figuresAreExactAtRest(Topology topology) throws InterruptedException {
        ChannelOptions wide = ChannelOptions.of(topology).withCapacityBytes(1 << 16);
        ChannelOptions options = topology.hasSlots() ? wide.withSlotBytes(128) : wide;
        Receiver receiver = ends.receiving().receiver("ipc:figures", options);
        Sender sender = ends.sending().sender("ipc:figures", options);
        for (int message = 0; message < 10; message++) {
            sender.claim(100).commit();
        }
        assertTrue(only().depthBytes() >= 1000, only().toString());
        assertEquals(10, receiver.poll(IGNORE, 100));
        sender.close();
        ChannelStatistics left = only();
        assertEquals("figures", left.name());
        assertEquals(topology, left.topology());
        assertEquals(10, left.sent());
        assertEquals(10, left.received());
        assertEquals(1000, left.receivedBytes());
        assertEquals(0, left.depthBytes());
        long here = ProcessHandle.current().pid();
        assertEquals(List.of(new ChannelStatistics.Member(false, here, true)), left.participants());
        receiver.close();
        assertEquals(List.of(), directory.channels());
    }

    @Test
    void whatIsDroppedAndTheHighestFillAreSeen() throws InterruptedException {
        ChannelOptions options =
                ChannelOptions.standard().withCapacityBytes(1024).withPolicy(Policy.DROP_NEWEST);
        Receiver receiver = ends.receiving().receiver("ipc:full", options);
        Sender sender = ends.sending().sender("ipc:full", options);
        for (int message = 0; message < 4; message++) {
            sender.claim(300).commit();
        }
        assertEquals(3, receiver.poll(IGNORE, 10));
        assertEquals(1, only().lost());
        assertTrue(only().highWaterBytes() > 900, only().toString());
    }

    @Test
    void unreadMessagesOutliveTheirSender() throws InterruptedException {
        try (Sender sender = ends.sending().sender("ipc:later", ChannelOptions.standard())) {
            sender.claim(3).commit();
        }
        assertEquals(List.of(), only().participants());
        try (Receiver receiver = ends.receiving().receiver("ipc:later", ChannelOptions.standard())) {
            assertEquals(1, receiver.poll(IGNORE, 10));
        }
        assertEquals(List.of(), directory.channels());
    }

    @Test
    void aDirectoryOthersMayEnterIsRefused(@TempDir Path open) throws IOException {
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        UncheckedIOException refused = assertThrows(
                UncheckedIOException.class, () -> ChannelDirectory.at(open).prepared());
        assertTrue(refused.toString().contains("rwxr-xr-x"), refused.toString());
        try (Channels channels = new Channels(ends.meters(), open)) {
            UnavailableTransportException unavailable = assertThrows(
                    UnavailableTransportException.class, () -> channels.sender("ipc:a", ChannelOptions.standard()));
            assertTrue(unavailable.toString().contains("rwxr-xr-x"), unavailable.toString());
        }
    }

    @Test
    void aFileThatIsNoRingIsNamedWithTheFieldThatIsWrong() {
        Path path = directory.prepared().path();
        Region.builder(8192).shared("ring.other").directory(path).build().close();
        ChannelMismatchException wrong = assertThrows(
                ChannelMismatchException.class, () -> ends.sending().sender("ipc:other", ChannelOptions.standard()));
        assertTrue(wrong.toString().contains("ipc:other exists with magic 0"), wrong.toString());
        assertThrows(ChannelMismatchException.class, directory::channels);
        Region.unlink(path, "ring.other");
    }

    @Test
    void oneChannelIsFoundByItsName() {
        assertTrue(directory.channel("orders").isEmpty());
        try (Sender _ = ends.sending().sender("ipc:orders", ChannelOptions.standard())) {
            assertEquals(
                    1, directory.channel("orders").orElseThrow().participants().size());
            assertTrue(directory.channel("other").isEmpty());
        }
        assertThrows(IllegalArgumentException.class, () -> directory.channel("no/name"));
    }

    @Test
    void whoseNameIsTakenAwayGoesOnForThoseWhoAreThere() throws InterruptedException {
        Sender sender = ends.sending().sender("ipc:orders", ChannelOptions.standard());
        Receiver receiver = ends.receiving().receiver("ipc:orders", ChannelOptions.standard());
        assertTrue(directory.remove("orders"));
        assertFalse(directory.remove("orders"));
        assertEquals(List.of(), directory.channels());
        assertTrue(sender.offer(MemorySegment.ofArray(new byte[8])));
        assertTrue(receiver.receive(IGNORE));
        sender.close();
        assertFalse(receiver.receive(IGNORE));
    }

    @Test
    void onlyChannelsThatNobodyIsInAreRemoved() throws InterruptedException {
        try (Sender left = ends.sending().sender("ipc:left", ChannelOptions.standard())) {
            assertTrue(left.offer(MemorySegment.ofArray(new byte[8])));
        }
        try (Sender _ = ends.sending().sender("ipc:held", ChannelOptions.standard())) {
            assertEquals(List.of(), directory.removeAbandoned("other"::equals));
            assertEquals(List.of("left"), directory.removeAbandoned(_ -> true));
            assertEquals("held", only().name());
        }
    }
}
