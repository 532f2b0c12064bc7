package dev.psyne.memory;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The right to use a region's bare address, from acquire to release. The address is a plain number that nothing guards:
 * whoever reads or writes through it after the release takes the JVM down.
 */
public final class RegionLease implements AutoCloseable {
    private final Region region;
    private final long address;
    private final AtomicBoolean released = new AtomicBoolean();

    RegionLease(Region region, long address) {
        this.region = region;
        this.address = address;
    }

    /**
     * Address of the region's first byte.
     *
     * @throws IllegalStateException if the lease is released
     */
    public long address() {
        if (released.get()) {
            throw new IllegalStateException("the lease is released");
        }
        return address;
    }

    /** Size of the region in bytes. */
    public long bytes() {
        return region.bytes();
    }

    /** Ends the lease; a second release does nothing. */
    public void release() {
        if (released.compareAndSet(false, true)) {
            region.release();
        }
    }

    /** The same as {@link #release()}. */
    @Override
    public void close() {
        release();
    }
}
