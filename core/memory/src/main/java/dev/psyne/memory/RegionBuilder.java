package dev.psyne.memory;

import dev.psyne.platform.NumaPolicy;
import dev.psyne.platform.VirtualMemory;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a region shall be. The kind is chosen by {@link #anonymous()} (unless another is), {@link #shared(String)},
 * {@link #unnamed()} or {@link #file(Path)}; then {@link #build()} creates it, or {@link #open()} attaches to one that is
 * there. To be used by one thread; a builder may be used again.
 */
public final class RegionBuilder {
    /** Stands for the size a region has that is there already. */
    static final long ANY_SIZE = -1;

    final long bytes;
    long alignment = Region.DEFAULT_ALIGNMENT;
    Kind kind = new Kind.Anonymous();
    HugePages hugePages = HugePages.NONE;
    NumaPolicy numa = NumaPolicy.firstTouch();
    boolean isLocked;
    boolean isSparse;
    boolean isForReaders;

    @Nullable
    Path directory;

    @Nullable
    Executor prefault;

    @Nullable
    VirtualMemory source;

    Consumer<MemorySegment> content = _ -> {};

    /** The kinds of regions. */
    sealed interface Kind {
        record Anonymous() implements Kind {}

        record Shared(String name) implements Kind {}

        record Unnamed() implements Kind {}

        record File(Path path) implements Kind {}
    }

    RegionBuilder(long bytes) {
        if (bytes != ANY_SIZE && (bytes < 1 || bytes > VirtualMemory.MAX_BYTES)) {
            throw new IllegalArgumentException("bytes is " + bytes + "; it may be 1 to " + VirtualMemory.MAX_BYTES);
        }
        this.bytes = bytes;
    }

    /** Memory of this process alone, zeroed. */
    public RegionBuilder anonymous() {
        kind = new Kind.Anonymous();
        return this;
    }

    /**
     * Memory that processes of the same user share by a name: a file of mode 0600 in {@link #directory(Path)}. It stays
     * until {@link Region#unlink(Path, String)}, whoever has closed it.
     *
     * @param name 1 to 200 letters, digits, dots, hyphens and underscores, of which the first is a letter or digit
     */
    public RegionBuilder shared(String name) {
        kind = new Kind.Shared(SharedRegions.checkName(name));
        return this;
    }

    /**
     * Memory that processes share by passing its descriptor: {@link Region#send} there, {@link Region#receive} here. It
     * has no name and ends with the last who maps it; its size is sealed. Linux only.
     */
    public RegionBuilder unnamed() {
        kind = new Kind.Unnamed();
        return this;
    }

    /**
     * An unnamed region takes memory page by page, when it is first written, and not all of it now. When the machine has none left
     * then, the kernel ends a process, as for any memory that is not reserved.
     */
    public RegionBuilder sparse() {
        isSparse = true;
        return this;
    }

    /** An unnamed region is written by this process alone: others, to whom it is passed, can only read ({@link Region#attach}). */
    public RegionBuilder forReaders() {
        isForReaders = true;
        return this;
    }

    /** All of a file, without a header: one created by {@link #build()}, or an existing one by {@link #open()}. */
    public RegionBuilder file(Path file) {
        kind = new Kind.File(file);
        return this;
    }

    /** Where a shared region's file lies; {@link Region#defaultDirectory()} unless told otherwise. */
    public RegionBuilder directory(Path where) {
        directory = where;
        return this;
    }

    /**
     * What the address is a multiple of; {@value Region#DEFAULT_ALIGNMENT} unless told otherwise.
     *
     * @param bytes a power of two, at most {@link VirtualMemory#MAX_ALIGNMENT}; for shared and unnamed regions at most
     *     4096, the size of their header
     */
    public RegionBuilder alignment(long bytes) {
        if (bytes < 1 || Long.bitCount(bytes) != 1 || bytes > VirtualMemory.MAX_ALIGNMENT) {
            throw new IllegalArgumentException(
                    "alignment is " + bytes + "; it must be a power of two of at most " + VirtualMemory.MAX_ALIGNMENT);
        }
        alignment = bytes;
        return this;
    }

    /** Whether huge pages are wanted; {@link HugePages#NONE} unless told otherwise. */
    public RegionBuilder hugePages(HugePages wanted) {
        hugePages = wanted;
        return this;
    }

    /** On which NUMA nodes the pages go; where each is first written unless told otherwise. */
    public RegionBuilder numa(NumaPolicy policy) {
        numa = policy;
        return this;
    }

    /** Keeps the region from being swapped out. */
    public RegionBuilder locked() {
        isLocked = true;
        return this;
    }

    /**
     * Brings all of the region into memory while it is built, in pieces that run on the executor; build waits for them.
     *
     * @param executor runs at most 64 tasks; one that runs them in the calling thread will do
     */
    public RegionBuilder prefault(Executor executor) {
        prefault = executor;
        return this;
    }

    /**
     * What writes the first content of a region that {@link #build()} creates. It runs before the region can be seen
     * under its name, so that nobody finds it half made.
     */
    public RegionBuilder content(Consumer<MemorySegment> writer) {
        content = writer;
        return this;
    }

    /** Takes anonymous memory from a variant other than the automatic one. */
    RegionBuilder source(VirtualMemory variant) {
        source = variant;
        return this;
    }

    /**
     * Creates the region, zeroed but for its {@link #content}. A shared region or file takes all of its room in the file
     * system now, so that a full one is an exception here and never a crash later.
     *
     * @throws RegionException if there is one of that name, or no room for it, or a required placement is not to be had
     * @throws dev.psyne.platform.VirtualMemoryException if the system has no more memory to give
     */
    public Region build() {
        if (bytes == ANY_SIZE) {
            throw new IllegalArgumentException("no size was given; use Region.builder(bytes)");
        }
        return switch (kind) {
            case Kind.Anonymous() -> filled(AnonymousRegions.build(this));
            case Kind.Shared(String name) -> SharedRegions.build(this, name);
            case Kind.Unnamed() -> filled(UnnamedRegions.build(this));
            case Kind.File(Path path) -> FileRegions.build(this, path);
        };
    }

    /** The region with its first content; none if that cannot be written. */
    Region filled(Region region) {
        try {
            content.accept(region.segment());
            return region;
        } catch (Throwable failed) {
            region.close();
            throw failed;
        }
    }

    /**
     * Attaches to a shared region or maps a file that is there, for reading and writing.
     *
     * @throws RegionMismatchException if it is not a region of ours, of this version, or not of the size given
     * @throws RegionException if there is none of that name, or a required placement is not to be had
     */
    public Region open() {
        return switch (kind) {
            case Kind.Shared(String name) -> SharedRegions.open(this, name);
            case Kind.File(Path path) -> FileRegions.open(this, path);
            case Kind.Anonymous() ->
                throw new IllegalArgumentException("an anonymous region cannot be opened; build() creates one");
            case Kind.Unnamed() ->
                throw new IllegalArgumentException(
                        "a region without a name is not opened but received: Region.receive");
        };
    }
}
