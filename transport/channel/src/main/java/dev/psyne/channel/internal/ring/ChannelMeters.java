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
 * @param lost messages dropped by a full ring, or missed by slow receivers of a broadcast
 * @param highWater the most bytes a ring of the name has held, as its sender saw it
 */
record ChannelMeters(Meter messages, Meter bytes, Meter senderWaits, Meter receiverWaits, Meter lost, Meter highWater) {
    private static final String WAITS = "psyne_channel_waits_total";
    private static final String WAITS_HELP = "Times a side of the channel had to wait for the other.";

    static ChannelMeters of(Meters meters, String channel) {
        Map<String, String> label = Map.of("channel", channel);
        return new ChannelMeters(
                meters.counter("psyne_channel_messages_total", "Messages read from the channel.", label),
                meters.counter("psyne_channel_bytes_total", "Bytes of the messages read from the channel.", label),
                meters.counter(WAITS, WAITS_HELP, Map.of("channel", channel, "side", "sender")),
                meters.counter(WAITS, WAITS_HELP, Map.of("channel", channel, "side", "receiver")),
                meters.counter("psyne_channel_lost_total", "Messages dropped, or missed by slow receivers.", label),
                meters.gauge("psyne_channel_high_water_bytes", "The most bytes the ring has held.", label));
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

            @Override
            public void lost(long count) {
                lost.add(count);
            }

            @Override
            public void filled(long fill) {
                if (fill > highWater.value()) {
                    highWater.set(fill);
                }
            }
        };
    }
}
