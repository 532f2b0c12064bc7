package dev.psyne.channel.internal.ipc;

import dev.psyne.channel.ChannelMismatchException;
import dev.psyne.channel.UnavailableTransportException;
import dev.psyne.channel.internal.ring.RingShape;
import dev.psyne.memory.Access;
import dev.psyne.memory.Region;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The file of an {@code ipc:} ring. Everything here happens under the directory's lock. */
final class RingFile {
    private static final int ZEROES = 1 << 20;

    private final IpcDirectory directory;
    private final String uri;
    private final Path file;

    RingFile(IpcDirectory directory, String name) {
        this.directory = directory;
        this.uri = "ipc:" + name;
        this.file = directory.ring(name);
    }

    boolean exists() {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes the ring; it has its name only when it is whole. */
    Region make(RingShape shape) throws IOException {
        Path unfinished = directory.unfinished();
        Files.deleteIfExists(unfinished);
        try {
            fill(unfinished, shape.regionBytes());
        } catch (IOException full) {
            Files.deleteIfExists(unfinished);
            long free = Files.getFileStore(directory.root()).getUsableSpace();
            throw new UnavailableTransportException(
                    uri,
                    directory.root() + " has " + free + " bytes free, the ring takes " + shape.regionBytes() + " ("
                            + full.getMessage() + ")",
                    "ask for less capacity, give the channels another directory, or make this one larger"
                            + " (a container's --shm-size)");
        }
        Region region = Region.map(unfinished, Access.READ_WRITE);
        shape.write(region.segment(), IpcDirectory.user());
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        return region;
    }

    /** Zeroes are written, not skipped: memory that is not there must be missed now and not when a message is written. */
    private static void fill(Path unfinished, long bytes) throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        ByteBuffer zeroes = ByteBuffer.allocateDirect((int) Math.min(bytes, ZEROES));
        try (FileChannel channel = FileChannel.open(
                unfinished, options, PosixFilePermissions.asFileAttribute(IpcDirectory.ownerOnlyFile()))) {
            for (long written = 0; written < bytes; ) {
                zeroes.clear().limit((int) Math.min(zeroes.capacity(), bytes - written));
                written += channel.write(zeroes);
            }
        }
    }

    /** Maps the ring that is there. */
    Region map() throws IOException {
        int owner = (int) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (owner != IpcDirectory.user()) {
            throw new ChannelMismatchException(uri, "owner", owner, IpcDirectory.user());
        }
        return Region.map(file, Access.READ_WRITE);
    }

    void remove() throws IOException {
        Files.deleteIfExists(file);
    }
}
