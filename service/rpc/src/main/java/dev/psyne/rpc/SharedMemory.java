package dev.psyne.rpc;

/**
 * How a process shares memory with peers on the same machine, over {@code unix:} on Linux; elsewhere tensors travel in messages. Immutable.
 *
 * @param regionBytes what one connection may have lent at a time; memory is taken when it is written. 0 to share none
 * @param thresholdBytes a tensor of as many bytes or more is sent by reference
 */
public record SharedMemory(long regionBytes, long thresholdBytes) {
    private static final long REGION_BYTES = 256L << 20;
    private static final long THRESHOLD_BYTES = 64L << 10;
    private static final long MIN_REGION_BYTES = 1L << 20;
    private static final long MAX_REGION_BYTES = 1L << 40;
    private static final long MIN_THRESHOLD_BYTES = 4L << 10;

    /** Refuses what cannot work. */
    public SharedMemory {
        if (regionBytes != 0 && (regionBytes < MIN_REGION_BYTES || regionBytes > MAX_REGION_BYTES)) {
            throw new IllegalArgumentException("a region of " + regionBytes + " bytes; it has " + MIN_REGION_BYTES
                    + " to " + MAX_REGION_BYTES + ", or 0 for none");
        }
        if (thresholdBytes < MIN_THRESHOLD_BYTES) {
            throw new IllegalArgumentException(
                    "a threshold of " + thresholdBytes + " bytes; it is " + MIN_THRESHOLD_BYTES + " or more");
        }
    }

    /** 256 MiB for a connection, tensors of 64 KiB and more. */
    public static SharedMemory standard() {
        return new SharedMemory(REGION_BYTES, THRESHOLD_BYTES);
    }

    /** Every tensor travels in its message. */
    public static SharedMemory none() {
        return new SharedMemory(0, THRESHOLD_BYTES);
    }

    /** Whether any is shared. */
    public boolean isShared() {
        return regionBytes > 0;
    }
}
