package dev.psyne.rpc.internal.carrier;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Topology;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What a client writes into the channel at a node's name: the number of the connection, whose channels it has made before.
 *
 * <pre>
 *  0         4         8            16
 * +---------+---------+------------+
 * | version | 0       | connection |
 * +---------+---------+------------+
 * </pre>
 */
final class Knock {
    static final int BYTES = 16;

    /** Of this and of the layout of the two rings. */
    static final int VERSION = 1;

    /** The most who knock at a time; more wait a moment. */
    static final int MAX_KNOCKING = ChannelOptions.MAX_PARTICIPANTS - 1;

    /** Where clients knock. The node is a sender too, so that there is no end when the last of them has left. */
    static final ChannelOptions DOOR =
            ChannelOptions.of(Topology.MANY_TO_ONE).withCapacityBytes(16 << 10).withParticipants(MAX_KNOCKING + 1, 1);

    /** Each direction of a connection. */
    static final ChannelOptions RING = ChannelOptions.standard().withCapacityBytes(1 << 20);

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Knock() {}

    static void write(MemorySegment target, long connection) {
        target.set(INT, 0, VERSION);
        target.set(INT, 4, 0);
        target.set(LONG, 8, connection);
    }

    /**
     * Whose it is.
     *
     * @throws IllegalArgumentException if it is of another version, or none
     */
    static long read(MemorySegment message) {
        if (message.byteSize() != BYTES || message.get(INT, 0) != VERSION || message.get(INT, 4) != 0) {
            throw new IllegalArgumentException("a knock of " + message.byteSize() + " bytes that is not of version "
                    + VERSION + ": the client is of another version");
        }
        return message.get(LONG, 8);
    }
}
