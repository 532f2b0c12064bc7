package dev.psyne.channel.internal.ring;

import dev.psyne.telemetry.Meter;
import dev.psyne.telemetry.Meters;
import java.util.Map;

/**
 * The figures of a channel in a node's meters; all instances of a name share them.
 *
 * @param messages messages read
 * @param bytes bytes of the messages read
 * @param senderWaits claims that had to wait for room
 * @param receiverWaits receives that had to wait for a message
 */
record ChannelMeters(Meter messages, Meter bytes, Meter senderWaits, Meter receiverWaits) {
    private static final String WAITS = "psyne_channel_waits_total";
    private static final String WAITS_HELP = "Times a side of the channel had to wait for the other.";

    static ChannelMeters of(Meters meters, String channel) {
        Map<String, String> label = Map.of("channel", channel);
        return new ChannelMeters(
                meters.counter("psyne_channel_messages_total", "Messages read from the channel.", label),
                meters.counter("psyne_channel_bytes_total", "Bytes of the messages read from the channel.", label),
                meters.counter(WAITS, WAITS_HELP, Map.of("channel", channel, "side", "sender")),
                meters.counter(WAITS, WAITS_HELP, Map.of("channel", channel, "side", "receiver")));
    }

    EndMeters of(Side side) {
        Meter waits = side == Side.SENDER ? senderWaits : receiverWaits;
        return new EndMeters() {
            @Override
            public void waited() {
                waits.increment();
            }

            @Override
            public void read(long count, long total) {
                messages.add(count);
                bytes.add(total);
            }
        };
    }
}
