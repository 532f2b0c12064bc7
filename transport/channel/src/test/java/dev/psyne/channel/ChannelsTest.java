package dev.psyne.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    void theSameAddressIsTheSameChannelUntilBothEndsAreClosed() {
        Channel first = channels.open("mem:orders", SMALL);
        assertEquals("mem:orders", first.uri());
        first.sender().close();
        assertSame(first, channels.open("mem:orders", SMALL));
        first.receiver().close();
        assertNotSame(first, channels.open("mem:orders", SMALL));
    }

    @Test
    void anotherAddressIsAnotherChannel() {
        assertNotSame(channels.open("mem:a", SMALL), channels.open("mem:b", SMALL));
        assertNotSame(channels.open("mem:a/1", SMALL), channels.open("mem:a/2", SMALL));
    }

    @Test
    void instancesShareTheirMeters() {
        channels.open("mem:tokens/1", SMALL);
        int figures = meters.snapshot().size();
        channels.open("mem:tokens/2", SMALL);
        assertEquals(figures, meters.snapshot().size());
        assertTrue(meters.snapshot().containsKey("psyne_channel_messages_total{channel=\"mem:tokens\"}"));
    }

    @Test
    void anOpenChannelKeepsItsOptions() {
        channels.open("mem:orders", SMALL);
        assertThrows(IllegalArgumentException.class, () -> channels.open("mem:orders", SMALL.withPolicy(Policy.FAIL)));
    }

    @Test
    void anUnknownSchemeIsNamedWithThoseThatExist() {
        UnknownSchemeException unknown =
                assertThrows(UnknownSchemeException.class, () -> channels.open("tcp://host:1", SMALL));
        assertTrue(unknown.toString().contains("'tcp:'"), unknown.toString());
        assertTrue(unknown.toString().contains("mem:"), unknown.toString());
    }

    @Test
    void addressesThatCannotBeReadAreRefused() {
        String tooLong = "mem:" + "a".repeat(65);
        for (String uri :
                List.of("", "orders", ":orders", "mem:", "mem:a b", "mem:a/", "mem:/a", "mem:a/b/c", tooLong)) {
            assertThrows(IllegalArgumentException.class, () -> channels.open(uri, SMALL), uri);
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
        try (Channels two = new Channels(meters, 2)) {
            two.open("mem:many/1", SMALL);
            two.open("mem:many/2", SMALL);
            assertThrows(ChannelLimitException.class, () -> two.open("mem:many/3", SMALL));
            two.open("mem:many/1", SMALL).close();
            assertEquals("mem:many/3", two.open("mem:many/3", SMALL).uri());
        }
    }

    @Test
    void closingClosesEveryChannelAndOpensNoMore() {
        Channel channel = channels.open("mem:orders", SMALL);
        channels.close();
        assertThrows(ChannelClosedException.class, () -> channel.sender().claim(8));
        assertThrows(ChannelClosedException.class, () -> channels.open("mem:orders", SMALL));
    }
}
