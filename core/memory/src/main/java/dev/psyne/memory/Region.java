package dev.psyne.memory;

import dev.psyne.platform.VirtualMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Off-heap memory with an owner and an end: anonymous zeroed memory, or a mapped file.
 *
 * <p>Everyone reads and writes through {@link #segment()} or slices of it, from any thread. After {@link #close()} each of
 * them throws IllegalStateException, whichever thread was in the middle of what; it never reaches memory that is gone.
 * Code that needs the bare address (a system call, a device) takes a {@link RegionLease}: the memory stays mapped until
 * the last lease is released, even if the region is closed meanwhile.
 *
 * <p>A mapped file must not be truncated while it is mapped: reading beyond its new end is an InternalError.
 */
public final class Region implements AutoCloseable {
    /** Alignment in bytes of an anonymous region unless another is asked for: one cache line. */
    public static final long DEFAULT_ALIGNMENT = 64;

    // Two arenas: slices given out die with the first at close, the pages with the second when the last lease is back.
    private final Arena views;
    private final Arena memory;
    private final MemorySegment segment;
    private final LeaseCount leases = new LeaseCount();

    private Region(Arena memory, MemorySegment pages) {
        this.views = Arena.ofShared();
        this.memory = memory;
        this.segment = pages.reinterpret(views, null);
    }

    /**
     * Zeroed memory aligned to {@value #DEFAULT_ALIGNMENT} bytes.
     *
     * @param bytes the size, 1 to {@link VirtualMemory#MAX_BYTES}
     * @throws dev.psyne.platform.VirtualMemoryException if the system has no more to give
     */
    public static Region anonymous(long bytes) {
        return anonymous(bytes, DEFAULT_ALIGNMENT);
    }

    /**
     * Zeroed memory.
     *
     * @param bytes the size, 1 to {@link VirtualMemory#MAX_BYTES}
     * @param alignment a power of two, at most {@link VirtualMemory#MAX_ALIGNMENT}
     * @throws dev.psyne.platform.VirtualMemoryException if the system has no more to give
     */
    public static Region anonymous(long bytes, long alignment) {
        return anonymous(bytes, alignment, VirtualMemory.automatic());
    }

    /** Zeroed memory from a chosen source; otherwise as {@link #anonymous(long, long)}. */
    public static Region anonymous(long bytes, long alignment, VirtualMemory source) {
        Arena memory = Arena.ofShared();
        try {
            return new Region(memory, source.map(memory, bytes, alignment));
        } catch (RuntimeException refused) {
            memory.close();
            throw refused;
        }
    }

    /** A whole file, to be read in place. */
    public static Region mapReadOnly(Path file) throws IOException {
        return map(file, Access.READ);
    }

    /**
     * A whole existing file, at the size it has now.
     *
     * @throws IOException if it cannot be opened or mapped with that access
     */
    public static Region map(Path file, Access access) throws IOException {
        Set<StandardOpenOption> options = access == Access.READ
                ? Set.of(StandardOpenOption.READ)
                : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
        MapMode mode = access == Access.READ ? MapMode.READ_ONLY : MapMode.READ_WRITE;
        Arena memory = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file, options)) {
            return new Region(memory, channel.map(mode, 0, channel.size(), memory));
        } catch (IOException | RuntimeException refused) {
            memory.close();
            throw refused;
        }
    }

    /**
     * All of the memory.
     *
     * @throws IllegalStateException if the region is closed
     */
    public MemorySegment segment() {
        if (!isOpen()) {
            throw closed();
        }
        return segment;
    }

    /** Size in bytes, also after close. */
    public long bytes() {
        return segment.byteSize();
    }

    /** Whether the region has not been closed. */
    public boolean isOpen() {
        return !leases.isClosed();
    }

    /**
     * Keeps the memory mapped until the lease is released.
     *
     * @throws IllegalStateException if the region is closed
     */
    public RegionLease acquire() {
        if (!leases.tryAcquire()) {
            throw closed();
        }
        return new RegionLease(this, segment.address());
    }

    void release() {
        if (leases.release()) {
            memory.close();
        }
    }

    /**
     * Ends every segment at once and refuses new leases; the memory goes back when the last lease does. A second close
     * does nothing.
     *
     * @throws IllegalStateException if a native call or a channel of the JDK is using a segment at this moment; the
     *     region then stays open and can be closed later
     */
    @Override
    public void close() {
        if (!leases.close()) {
            return;
        }
        try {
            views.close();
        } catch (IllegalStateException inUse) {
            leases.reopen();
            throw inUse;
        }
        release();
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("the region is closed");
    }
}
