package dev.psyne.channel;

/**
 * How a channel is made.
 *
 * @param capacityBytes bytes of its ring, a power of two from {@value #MIN_CAPACITY_BYTES} to {@value #MAX_CAPACITY_BYTES};
 *     4 MiB is a good size for messages up to 64 KiB, 16 to 64 MiB for tensors
 * @param policy what a claim does while the ring is full
 */
public record ChannelOptions(long capacityBytes, Policy policy) {
    /** The smallest ring in bytes. */
    public static final long MIN_CAPACITY_BYTES = 1 << 10;

    /** The largest ring in bytes. */
    public static final long MAX_CAPACITY_BYTES = 1 << 30;

    private static final long STANDARD_CAPACITY_BYTES = 4 << 20;

    /** Checks the bounds. */
    public ChannelOptions {
        if (capacityBytes < MIN_CAPACITY_BYTES
                || capacityBytes > MAX_CAPACITY_BYTES
                || Long.bitCount(capacityBytes) != 1) {
            throw new IllegalArgumentException("capacityBytes is " + capacityBytes + "; it must be a power of two from "
                    + MIN_CAPACITY_BYTES + " to " + MAX_CAPACITY_BYTES);
        }
    }

    /** A ring of 4 MiB, and claims that wait. */
    public static ChannelOptions standard() {
        return new ChannelOptions(STANDARD_CAPACITY_BYTES, Policy.BLOCK);
    }

    /** The same with another size. */
    public ChannelOptions withCapacityBytes(long bytes) {
        return new ChannelOptions(bytes, policy);
    }

    /** The same with another policy. */
    public ChannelOptions withPolicy(Policy other) {
        return new ChannelOptions(capacityBytes, other);
    }
}
