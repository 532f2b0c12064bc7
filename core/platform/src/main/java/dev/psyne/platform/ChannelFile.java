package dev.psyne.platform;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;

/** A file by a channel of the JDK, on every system; it is not told whose the file is. */
final class ChannelFile implements MappableFile {
    private static final int ZEROS = 1 << 20;

    private final FileChannel channel;
    private final Path file;

    private ChannelFile(FileChannel channel, Path file) {
        this.channel = channel;
        this.file = file;
    }

    static ChannelFile create(Path file) throws IOException {
        Set<OpenOption> options =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean hasModes = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = hasModes
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        return new ChannelFile(FileChannel.open(file, options, ownerOnly), file);
    }

    static ChannelFile open(Path file, boolean writable, boolean followLink) throws IOException {
        Set<OpenOption> options = new HashSet<>(Set.of(StandardOpenOption.READ));
        if (writable) {
            options.add(StandardOpenOption.WRITE);
        }
        if (!followLink) {
            options.add(LinkOption.NOFOLLOW_LINKS);
        }
        return new ChannelFile(FileChannel.open(file, options), file);
    }

    @Override
    public Status status() throws IOException {
        return new Status(channel.size(), Files.isRegularFile(file), Status.UNKNOWN, Status.UNKNOWN);
    }

    @Override
    public long user() {
        return Status.UNKNOWN;
    }

    @Override
    public void allocate(long bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS);
        long free = Files.getFileStore(file).getUsableSpace();
        if (bytes > free) {
            throw new OutOfSpaceException(file.toString(), "no room for " + bytes + " bytes, " + free + " are free");
        }
        for (long at = 0; at < bytes; ) {
            zeros.clear().limit((int) Math.min(ZEROS, bytes - at));
            at += channel.write(zeros, at);
        }
    }

    @Override
    public void resize(long bytes) throws IOException {
        if (bytes <= channel.size()) {
            channel.truncate(bytes);
        } else {
            channel.write(ByteBuffer.allocate(1), bytes - 1);
        }
    }

    @Override
    public void sealSize() throws IOException {
        throw new IOException("the size of " + file + " cannot be sealed: only files in memory can be, on Linux");
    }

    @Override
    public void sealForReaders() throws IOException {
        sealSize();
    }

    @Override
    public boolean isSizeSealed() {
        return false;
    }

    @Override
    public Pages map(long bytes, long alignment, boolean writable) throws IOException {
        VirtualMemoryProvider.check(bytes, alignment);
        Arena memory = Arena.ofShared();
        try {
            Pages pages = new ArenaPages(
                    memory, channel.map(writable ? MapMode.READ_WRITE : MapMode.READ_ONLY, 0, bytes, memory));
            if (pages.address() % alignment != 0) {
                throw new VirtualMemoryException(
                        "a file cannot be mapped at a multiple of " + alignment + " here; ask for less alignment");
            }
            return pages;
        } catch (IOException | RuntimeException refused) {
            memory.close();
            throw refused;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
