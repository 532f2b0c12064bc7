package dev.psyne.channel.internal.ring;

import static dev.psyne.channel.internal.ring.RingLayout.CAPACITY_AT;
import static dev.psyne.channel.internal.ring.RingLayout.LOSING_AT;
import static dev.psyne.channel.internal.ring.RingLayout.MAGIC_AT;
import static dev.psyne.channel.internal.ring.RingLayout.MAX_RECEIVERS_AT;
import static dev.psyne.channel.internal.ring.RingLayout.MAX_SENDERS_AT;
import static dev.psyne.channel.internal.ring.RingLayout.OWNER_AT;
import static dev.psyne.channel.internal.ring.RingLayout.SLOT_BYTES_AT;
import static dev.psyne.channel.internal.ring.RingLayout.TOPOLOGY_AT;
import static dev.psyne.channel.internal.ring.RingLayout.VERSION_AT;
import static dev.psyne.channel.internal.ring.RingLayout.WINDOW_AT;

import dev.psyne.channel.ChannelMismatchException;
import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Policy;
import dev.psyne.channel.Topology;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What a ring was made as. Read once from the region's header and checked; nobody looks at the header again, so that a
 * later write over it by another process changes nothing here.
 *
 * @param losing whether a broadcast overwrites what slow receivers have not read
 */
public record RingShape(
        Topology topology, long capacity, int slotBytes, int window, int maxSenders, int maxReceivers, boolean losing) {
    /** Rings from this size on, in bytes, ask for huge pages: below it they gain nothing. */
    public static final long HUGE_BYTES = 16 << 20;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The shape of options. */
    public static RingShape of(ChannelOptions options) {
        return new RingShape(
                options.topology(),
                options.capacityBytes(),
                options.slotBytes(),
                options.window(),
                options.maxSenders(),
                options.maxReceivers(),
                options.policy() == Policy.DROP_OLDEST);
    }

    /** Where the data starts. */
    long dataAt() {
        return RingLayout.dataAt(maxSenders, maxReceivers);
    }

    /** Bytes of the region. */
    public long regionBytes() {
        return dataAt() + capacity;
    }

    /** Writes the header of a fresh region, whose other bytes are zero. */
    public void write(MemorySegment ring, int owner) {
        ring.set(INT, VERSION_AT, RingLayout.VERSION);
        ring.set(INT, TOPOLOGY_AT, topology.ordinal());
        ring.set(LONG, CAPACITY_AT, capacity);
        ring.set(INT, SLOT_BYTES_AT, slotBytes);
        ring.set(INT, WINDOW_AT, window);
        ring.set(INT, MAX_SENDERS_AT, maxSenders);
        ring.set(INT, MAX_RECEIVERS_AT, maxReceivers);
        ring.set(INT, LOSING_AT, losing ? 1 : 0);
        ring.set(INT, OWNER_AT, owner);
        ring.set(LONG, MAGIC_AT, RingLayout.MAGIC);
    }

    /**
     * Reads the header of a region somebody else made.
     *
     * @throws ChannelMismatchException naming the field that makes it no ring of this version
     */
    public static RingShape read(String uri, MemorySegment ring, int owner) {
        if (ring.byteSize() < RingLayout.PAGE) {
            throw new ChannelMismatchException(uri, "size", ring.byteSize(), "at least " + RingLayout.PAGE);
        }
        long magic = ring.get(LONG, MAGIC_AT);
        if (magic != RingLayout.MAGIC) {
            throw new ChannelMismatchException(
                    uri, "magic", Long.toHexString(magic), Long.toHexString(RingLayout.MAGIC));
        }
        check(uri, "version", ring.get(INT, VERSION_AT), RingLayout.VERSION);
        check(uri, "owner", ring.get(INT, OWNER_AT), owner);
        int topology = ring.get(INT, TOPOLOGY_AT);
        if (topology < 0 || topology >= Topology.values().length) {
            throw new ChannelMismatchException(uri, "topology", topology, "0 to " + (Topology.values().length - 1));
        }
        RingShape shape = shape(uri, ring, Topology.values()[topology]);
        if (ring.byteSize() != shape.regionBytes()) {
            throw new ChannelMismatchException(uri, "size", ring.byteSize(), shape.regionBytes());
        }
        return shape;
    }

    private static RingShape shape(String uri, MemorySegment ring, Topology topology) {
        int losing = ring.get(INT, LOSING_AT);
        try {
            return of(new ChannelOptions(
                    topology,
                    ring.get(LONG, CAPACITY_AT),
                    ring.get(INT, SLOT_BYTES_AT),
                    losing == 0 ? Policy.BLOCK : Policy.DROP_OLDEST,
                    ring.get(INT, WINDOW_AT),
                    ring.get(INT, MAX_SENDERS_AT),
                    ring.get(INT, MAX_RECEIVERS_AT)));
        } catch (IllegalArgumentException wrong) {
            throw new ChannelMismatchException(uri, "a header that is no ring's:", wrong, "a ring of this version");
        }
    }

    /**
     * Checks that this is what was asked for.
     *
     * @throws ChannelMismatchException naming the first difference
     */
    public void checkAsked(String uri, RingShape asked) {
        check(uri, "topology", topology, asked.topology);
        check(uri, "capacityBytes", capacity, asked.capacity);
        check(uri, "slotBytes", slotBytes, asked.slotBytes);
        check(uri, "window", window, asked.window);
        check(uri, "maxSenders", maxSenders, asked.maxSenders);
        check(uri, "maxReceivers", maxReceivers, asked.maxReceivers);
        check(uri, "overwriting of old messages", losing, asked.losing);
    }

    private static void check(String uri, String field, Object found, Object wanted) {
        if (!found.equals(wanted)) {
            throw new ChannelMismatchException(uri, field, found, wanted);
        }
    }
}
