package dev.psyne.channel.internal.ipc;

import dev.psyne.channel.ChannelMismatchException;
import dev.psyne.channel.UnavailableTransportException;
import dev.psyne.channel.internal.ring.RingShape;
import dev.psyne.memory.HugePages;
import dev.psyne.memory.Region;
import dev.psyne.memory.RegionBuilder;
import dev.psyne.memory.RegionException;
import dev.psyne.memory.RegionMismatchException;
import java.io.IOException;

/** The shared region of an {@code ipc:} ring. Everything here happens under the directory's lock. */
final class RingFile {
    private final IpcDirectory directory;
    private final String uri;
    private final String name;

    RingFile(IpcDirectory directory, String name) {
        this.directory = directory;
        this.uri = "ipc:" + name;
        this.name = IpcDirectory.regionName(name);
    }

    private RegionBuilder region(RegionBuilder builder) {
        return builder.shared(name).directory(directory.root());
    }

    /**
     * Makes the ring, all of its memory with it; it has its name only when it is whole.
     *
     * @throws UnavailableTransportException if there is no room for it
     */
    Region make(RingShape shape) throws IOException {
        int owner = IpcDirectory.user();
        boolean huge = shape.regionBytes() >= RingShape.HUGE_BYTES;
        try {
            return region(Region.builder(shape.regionBytes()))
                    .hugePages(huge ? HugePages.TRY : HugePages.NONE)
                    .content(ring -> shape.write(ring, owner))
                    .build();
        } catch (RegionException refused) {
            throw new UnavailableTransportException(
                    uri, String.valueOf(refused.getMessage()), "or give the channels another directory");
        }
    }

    /**
     * Maps the ring that is there.
     *
     * @throws ChannelMismatchException if the file is no region of ours
     */
    Region map() {
        try {
            return region(Region.builder()).open();
        } catch (RegionMismatchException other) {
            throw new ChannelMismatchException(uri, other.field(), other.found(), other.expected());
        }
    }

    boolean exists() {
        return directory.holds(name);
    }

    void remove() {
        Region.unlink(directory.root(), name);
    }
}
