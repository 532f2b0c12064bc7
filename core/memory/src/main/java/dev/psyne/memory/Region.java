package dev.psyne.memory;

import dev.psyne.platform.DescriptorSocket;
import dev.psyne.platform.MappableFile;
import dev.psyne.platform.Pages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Off-heap memory with an owner and an end: anonymous zeroed memory, memory shared with other processes, or a mapped
 * file. {@link #builder(long)} makes all of them.
 *
 * <p>Everyone reads and writes through {@link #segment()} or slices of it, from any thread. After {@link #close()} each of
 * them throws IllegalStateException, whichever thread was in the middle of what; it never reaches memory that is gone.
 * Code that needs the bare address (a system call, a device) takes a {@link RegionLease}: the memory stays mapped until
 * the last lease is released, even if the region is closed meanwhile.
 *
 * <p>A file must not be truncated while it is mapped: reading beyond its new end is an InternalError, and in native code
 * the end of the JVM. Regions without a name are sealed against it; one with a name can be cut by its owner alone.
 */
public final class Region implements AutoCloseable {
    /** Alignment in bytes of an anonymous region unless another is asked for: one cache line. */
    public static final long DEFAULT_ALIGNMENT = 64;

    private final Arena views = Arena.ofShared();
    private final Pages pages;
    private final @Nullable MappableFile descriptor;
    private final MemorySegment segment;
    private final RegionPlacement placement;
    private final LeaseCount leases = new LeaseCount();

    /** Takes over the pages, and the file if one is given; neither if it fails. */
    Region(Pages pages, long offset, long bytes, RegionPlacement placement, @Nullable MappableFile descriptor) {
        this.pages = pages;
        this.descriptor = descriptor;
        this.segment = pages.view(views).asSlice(offset, bytes);
        this.placement = placement;
    }

    /** A region of the size given. */
    public static RegionBuilder builder(long bytes) {
        return new RegionBuilder(bytes);
    }

    /** A region of the size it has: for {@link RegionBuilder#open()}. */
    public static RegionBuilder builder() {
        return new RegionBuilder(RegionBuilder.ANY_SIZE);
    }

    /** Zeroed memory of this process, aligned to {@value #DEFAULT_ALIGNMENT} bytes: what a builder gives unless told otherwise. */
    public static Region anonymous(long bytes) {
        return builder(bytes).build();
    }

    /** Zeroed memory of this process, aligned to a power of two; short for a builder's. */
    public static Region anonymous(long bytes, long alignment) {
        return builder(bytes).alignment(alignment).build();
    }

    /**
     * A whole file, to be read in place; a write to the segment is an IllegalArgumentException.
     *
     * @throws IOException if it cannot be opened or mapped
     */
    public static Region mapReadOnly(Path file) throws IOException {
        return FileRegions.mapReadOnly(file);
    }

    /** Where shared regions lie unless told otherwise: /dev/shm, or the directory for temporary files where there is none. */
    public static Path defaultDirectory() {
        return SharedRegions.defaultDirectory();
    }

    /**
     * The region without a name that the other side of a socket sends, after the same checks as for one with a name, and
     * that its size is sealed.
     *
     * @throws RegionMismatchException if what came is no such region
     * @throws IOException if nothing comes in time, or the other side is gone
     */
    public static Region receive(DescriptorSocket socket, Duration timeout) throws IOException {
        return UnnamedRegions.receive(socket, timeout);
    }

    /**
     * The region without a name whose file another process has passed, to be read; after the same checks as for {@link #receive}. The file is
     * the region's from here on, closed with it, and can be {@linkplain #send passed on}.
     *
     * @throws RegionMismatchException if it is no such region; the file is closed
     * @throws IOException if it cannot be mapped; likewise
     */
    public static Region attach(MappableFile file) throws IOException {
        return UnnamedRegions.attach(builder().forReaders(), file);
    }

    /**
     * All of an open file, to be read in place. The file is the region's from here on, closed with it, and can be {@linkplain #send
     * passed on}.
     *
     * @throws RegionMismatchException if it is no regular file; it is closed
     * @throws IOException if it cannot be mapped; likewise
     */
    public static Region mapReadOnly(MappableFile file) throws IOException {
        return FileRegions.attach(file);
    }

    /** Removes a shared region's name from {@link #defaultDirectory()}; otherwise as {@link #unlink(Path, String)}. */
    public static boolean unlink(String name) {
        return unlink(defaultDirectory(), name);
    }

    /**
     * Removes a shared region's name, so that nobody can open it any more and another can be built. Those who have it
     * open keep it; its memory goes when the last of them has closed it.
     *
     * @return whether there was one
     * @throws RegionException if it cannot be removed
     */
    public static boolean unlink(Path directory, String name) {
        return SharedRegions.unlink(directory, name);
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

    /**
     * All of the memory for as long as the arena lives, which ends views of a region without ending the region. The memory
     * stays mapped until the arena is closed, even if the region is closed before.
     *
     * @throws IllegalStateException if the region or the arena is closed
     */
    public MemorySegment view(Arena arena) {
        RegionLease lease = acquire();
        try {
            MemorySegment view =
                    MemorySegment.ofAddress(lease.address()).reinterpret(bytes(), arena, _ -> lease.release());
            return segment.isReadOnly() ? view.asReadOnly() : view;
        } catch (RuntimeException refused) {
            lease.release();
            throw refused;
        }
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

    /**
     * Passes this region to the other side of a socket, which maps it by {@link #receive}.
     *
     * @throws UnsupportedOperationException if the region was not built {@link RegionBuilder#unnamed()} and keeps no file
     * @throws IllegalStateException if the region is closed
     * @throws IOException if the other side is gone
     */
    public void send(DescriptorSocket socket) throws IOException {
        MappableFile passed = passable();
        try (RegionLease _ = acquire()) {
            socket.send(passed);
        }
    }

    /** Passes this region together with a message; otherwise as {@link #send(DescriptorSocket)}. */
    public void send(DescriptorSocket socket, MemorySegment content) throws IOException {
        MappableFile passed = passable();
        try (RegionLease _ = acquire()) {
            socket.send(content, passed);
        }
    }

    private MappableFile passable() {
        if (descriptor == null) {
            throw new UnsupportedOperationException(
                    "only regions built unnamed() are passed by descriptor; open others by name");
        }
        return descriptor;
    }

    /** Where the memory was put. */
    public RegionPlacement placement() {
        return placement;
    }

    void release() {
        if (!leases.release()) {
            return;
        }
        pages.release();
        if (descriptor != null) {
            try {
                descriptor.close();
            } catch (IOException failed) {
                throw new UncheckedIOException("the memory is unmapped, but its descriptor was not closed", failed);
            }
        }
    }

    /** What has to succeed before a region is anyone's. */
    interface Step {
        void run() throws IOException;
    }

    /** This region after the step, or none. */
    Region orClosed(Step step) throws IOException {
        try {
            step.run();
            return this;
        } catch (Throwable failed) {
            close();
            throw failed;
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
