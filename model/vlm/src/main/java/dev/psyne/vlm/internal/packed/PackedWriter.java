package dev.psyne.vlm.internal.packed;

import dev.psyne.tensor.LinearLayout;
import dev.psyne.vlm.WeightPrecision;
import dev.psyne.vlm.internal.checkpoint.Digests;
import dev.psyne.vlm.internal.layer.PackedLayers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Writes packed layers to a file that appears under its name when it is whole. Each layer is packed in the same memory,
 * so what is built over the layers while they are written must not be used. Used by one thread.
 */
final class PackedWriter implements PackedLayers {
    /** How names of files in the making end. */
    static final String PART_ENDING = ".part";

    private static final int PIECE_BYTES = 16 << 20;

    /**
     * Parts this process is writing. A system may let go of all locks a process holds on a file when any of its channels
     * to it is closed, so that looking whether a part of our own is locked would unlock it.
     */
    private static final Set<Path> WRITING = ConcurrentHashMap.newKeySet();

    private final Path target;
    private final Path part;
    private final FileChannel channel;
    private final MessageDigest content = Digests.sha256();
    private final Map<String, PackedDirectory.Entry> entries = new LinkedHashMap<>();
    private Arena arena = Arena.ofShared();
    private MemorySegment scratch = MemorySegment.NULL;
    private long end = PackedLayout.HEADER_BYTES;

    private PackedWriter(Path target, Path part, FileChannel channel) {
        this.target = target;
        this.part = part;
        this.channel = channel;
    }

    /** Begins a file; the lock tells other processes that somebody is at it. */
    static PackedWriter create(Path target) throws IOException {
        Path directory = target.toAbsolutePath().resolveSibling("");
        Files.createDirectories(directory);
        while (true) {
            Path part = directory.resolve(target.getFileName() + "." + UUID.randomUUID() + PART_ENDING);
            Optional<FileChannel> locked = Optional.empty();
            WRITING.add(part);
            try {
                locked = locked(part);
            } finally {
                if (locked.isEmpty()) {
                    WRITING.remove(part);
                }
            }
            if (locked.isPresent()) {
                return new PackedWriter(target, part, locked.get());
            }
        }
    }

    /** A new file, locked; nothing if another process took it for an abandoned one before it was. */
    private static Optional<FileChannel> locked(Path part) throws IOException {
        FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        try {
            channel.lock();
            if (Files.exists(part)) {
                return Optional.of(channel);
            }
        } catch (IOException | RuntimeException e) {
            try (channel) {
                Files.deleteIfExists(part);
            }
            throw e;
        }
        channel.close();
        return Optional.empty();
    }

    /** Removes what earlier writers of a file left when they ended before it was whole: nobody holds its lock. */
    static void removeAbandoned(Path target) throws IOException {
        Path directory = target.toAbsolutePath().resolveSibling("");
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> names =
                Files.newDirectoryStream(directory, target.getFileName() + ".*" + PART_ENDING)) {
            for (Path part : names) {
                if (!WRITING.contains(part)) {
                    removeUnlocked(part);
                }
            }
        }
    }

    private static void removeUnlocked(Path part) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.deleteIfExists(part);
            }
        } catch (NoSuchFileException | OverlappingFileLockException finishedOrLookedAtByAnother) {
            return;
        }
    }

    @Override
    public MemorySegment place(String name, LinearLayout layout, Consumer<MemorySegment> packer) {
        if (scratch.byteSize() < layout.bytes()) {
            arena.close();
            arena = Arena.ofShared();
            scratch = arena.allocate(layout.bytes(), LinearLayout.ALIGNMENT_BYTES);
        }
        MemorySegment layer = scratch.asSlice(0, layout.bytes());
        packer.accept(layer);
        if (entries.put(name, new PackedDirectory.Entry(layout, end)) != null) {
            throw new IllegalArgumentException("the layer " + name + " was written before");
        }
        try {
            append(layer);
            int over = (int) (end % PackedLayout.ALIGNMENT_BYTES);
            append(MemorySegment.ofArray(new byte[over == 0 ? 0 : PackedLayout.ALIGNMENT_BYTES - over]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return layer;
    }

    private void append(MemorySegment bytes) throws IOException {
        for (long at = 0; at < bytes.byteSize(); at += PIECE_BYTES) {
            ByteBuffer piece = bytes.asSlice(at, Math.min(PIECE_BYTES, bytes.byteSize() - at))
                    .asByteBuffer();
            content.update(piece.duplicate());
            end += write(piece, end);
        }
    }

    private int write(ByteBuffer bytes, long position) throws IOException {
        int count = bytes.remaining();
        for (long at = position; bytes.hasRemaining(); ) {
            at += channel.write(bytes, at);
        }
        return count;
    }

    /** Ends the file: on disk before it has its name. A file of that name is replaced. */
    void finish(WeightPrecision precision, List<SourceFile> sources) throws IOException {
        byte[] directory = new PackedDirectory(PackedDirectory.RULES, precision, sources, entries).toJson();
        write(ByteBuffer.wrap(directory), end);
        byte[] header = PackedHeader.of(end, directory, content.digest()).toBytes();
        write(ByteBuffer.wrap(header), 0);
        channel.force(true);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel names =
                FileChannel.open(target.toAbsolutePath().resolveSibling(""), StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    /** Lets go of what was not finished. */
    @Override
    public void close() {
        arena.close();
        try (channel) {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            WRITING.remove(part);
        }
    }
}
