package dev.psyne.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.channel.internal.ring.MemoryTransport;
import dev.psyne.telemetry.Meters;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChannelsTest {
    private static final ChannelOptions SMALL = ChannelOptions.standard().withCapacityBytes(1024);

    private final Meters meters = Meters.create();
    private final Channels channels = new Channels(meters);

    @AfterEach
    void close() {
        channels.close();
        meters.close();
    }

    @Test
    void whoNamesTheSameAddressMeetsUntilTheLastEndIsClosed() throws InterruptedException {
        Sender sender = channels.sender("mem:orders", SMALL);
        assertEquals("mem:orders", sender.uri());
        sender.claim(3).commit();
        Receiver receiver = channels.receiver("mem:orders", SMALL);
        sender.close();
        assertEquals(1, receiver.poll(message -> assertEquals(3, message.byteSize()), 10));
        receiver.close();
        assertEquals(0, channels.receiver("mem:orders", SMALL).poll(message -> {}, 10));
    }

    @Test
    void anotherAddressIsAnotherChannel() throws InterruptedException {
        channels.sender("mem:a/1", SMALL).claim(3).commit();
        for (String other : List.of("mem:a", "mem:a/2", "mem:b")) {
            assertEquals(0, channels.receiver(other, SMALL).poll(message -> {}, 10));
        }
    }

    @Test
    void aChannelTakesNoMoreThanItsSendersAndReceivers() {
        channels.sender("mem:orders", SMALL);
        channels.receiver("mem:orders", SMALL);
        assertThrows(ParticipantLimitException.class, () -> channels.sender("mem:orders", SMALL));
        ParticipantLimitException full =
                assertThrows(ParticipantLimitException.class, () -> channels.receiver("mem:orders", SMALL));
        assertTrue(full.toString().contains("mem:orders has its 1 receiver"), full.toString());
        ChannelOptions two = ChannelOptions.of(Topology.MANY_TO_ONE).withParticipants(2, 1);
        channels.sender("mem:many", two);
        channels.sender("mem:many", two).close();
        channels.sender("mem:many", two);
        assertThrows(ParticipantLimitException.class, () -> channels.sender("mem:many", two));
    }

    @Test
    void instancesShareTheirMeters() {
        channels.sender("mem:tokens/1", SMALL);
        int figures = meters.snapshot().size();
        channels.sender("mem:tokens/2", SMALL);
        assertEquals(figures, meters.snapshot().size());
        assertTrue(meters.snapshot().containsKey("psyne_channel_messages_total{channel=\"mem:tokens\"}"));
    }

    @Test
    void anOpenChannelKeepsItsOptions() {
        Sender unused = channels.sender("mem:orders", SMALL);
        ChannelMismatchException other = assertThrows(
                ChannelMismatchException.class, () -> channels.receiver("mem:orders", SMALL.withWindow(1)));
        assertTrue(other.toString().contains("window 256; asked for 1"), other.toString());
    }

    @Test
    void anUnknownSchemeIsNamedWithThoseThatExist() {
        UnknownSchemeException unknown =
                assertThrows(UnknownSchemeException.class, () -> channels.sender("tcp://host:1", SMALL));
        assertTrue(unknown.toString().contains("'tcp:'"), unknown.toString());
        assertTrue(unknown.toString().contains("mem:"), unknown.toString());
    }

    @Test
    void addressesThatCannotBeReadAreRefused() {
        String tooLong = "mem:" + "a".repeat(65);
        for (String uri : List.of(
                "",
                "orders",
                ":orders",
                "mem:",
                "mem:a b",
                "mem:a/",
                "mem:/a",
                "mem:a/b/c",
                "ipc:",
                "ipc:a/b",
                "ipc:..",
                tooLong)) {
            assertThrows(IllegalArgumentException.class, () -> channels.sender(uri, SMALL), uri);
        }
    }

    @Test
    void aCapacityOutOfBoundsIsRefused() {
        for (long bytes : new long[] {0, -1024, 512, 1025, 1L << 31, Long.MIN_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> SMALL.withCapacityBytes(bytes));
        }
    }

    @Test
    void theNumberOfChannelsIsBounded() {
        try (Channels two = new Channels(List.of(new MemoryTransport(meters, 2)))) {
            Sender first = two.sender("mem:many/1", SMALL);
            Sender unused = two.sender("mem:many/2", SMALL);
            assertThrows(ChannelLimitException.class, () -> two.sender("mem:many/3", SMALL));
            first.close();
            assertEquals("mem:many/3", two.sender("mem:many/3", SMALL).uri());
        }
    }

    @Test
    void closingClosesEveryChannelAndOpensNoMore() {
        Sender sender = channels.sender("mem:orders", SMALL);
        channels.close();
        assertThrows(ChannelClosedException.class, () -> sender.claim(8));
        assertThrows(ChannelClosedException.class, () -> channels.sender("mem:orders", SMALL));
    }
}
