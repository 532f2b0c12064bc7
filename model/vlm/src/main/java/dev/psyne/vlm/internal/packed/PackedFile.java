package dev.psyne.vlm.internal.packed;

import dev.psyne.memory.Region;
import dev.psyne.tensor.LinearLayout;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.Digests;
import dev.psyne.vlm.internal.layer.PackedLayers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A mapped file of packed layers. Opening it reads its header and directory and checks their hashes; that of the layers
 * is checked by {@link #verify}.
 */
public final class PackedFile implements PackedLayers {
    private final Path file;
    private final Arena arena;
    private final MemorySegment bytes;
    private final PackedHeader header;
    private final PackedDirectory directory;

    private PackedFile(Path file, Arena arena, MemorySegment bytes, PackedHeader header, PackedDirectory directory) {
        this.file = file;
        this.arena = arena;
        this.bytes = bytes;
        this.header = header;
        this.directory = directory;
    }

    /**
     * Maps a file.
     *
     * @throws ModelException if it is none, cut off, or its header or directory is damaged
     */
    public static PackedFile open(Path file) {
        Arena arena = Arena.ofShared();
        try {
            return open(file, arena);
        } catch (RuntimeException refused) {
            arena.close();
            throw refused;
        }
    }

    private static PackedFile open(Path file, Arena arena) {
        MemorySegment bytes = map(file, arena);
        PackedHeader header = PackedHeader.parse(file, bytes);
        MemorySegment json = bytes.asSlice(header.contentEnd(), header.directoryBytes());
        Digests.verify(file, json, header.directoryHash());
        PackedDirectory directory =
                PackedDirectory.parse(file, json.toArray(ValueLayout.JAVA_BYTE), header.contentEnd());
        return new PackedFile(file, arena, bytes, header, directory);
    }

    private static MemorySegment map(Path file, Arena arena) {
        try {
            if (Files.size(file) < PackedLayout.HEADER_BYTES) {
                throw new ModelException(
                        file, "size", Files.size(file) + " bytes", "at least " + PackedLayout.HEADER_BYTES);
            }
            try (Region region = Region.mapReadOnly(file)) {
                return region.view(arena);
            }
        } catch (IOException e) {
            throw new ModelException(file, "file", e.toString(), "a readable file", e);
        }
    }

    PackedDirectory directory() {
        return directory;
    }

    /** Where it lies. */
    public Path path() {
        return file;
    }

    /** Its size. */
    public long bytes() {
        return bytes.byteSize();
    }

    /**
     * Reads all of it and compares the hash.
     *
     * @throws ModelException if a bit is not what was written
     */
    public void verify() {
        long count = header.contentEnd() - PackedLayout.HEADER_BYTES;
        Digests.verify(file, bytes.asSlice(PackedLayout.HEADER_BYTES, count), header.contentHash());
    }

    @Override
    public MemorySegment place(String name, LinearLayout layout, Consumer<MemorySegment> packer) {
        PackedDirectory.Entry entry = directory.entries().get(name);
        if (entry == null || !entry.layout().equals(layout)) {
            throw new ModelException(
                    file,
                    name,
                    entry == null ? "nothing" : entry.layout().toString(),
                    layout + "; delete this file, it is made again");
        }
        return bytes.asSlice(entry.offset(), layout.bytes());
    }

    @Override
    public boolean isChecked() {
        return true;
    }

    @Override
    public void close() {
        arena.close();
    }
}
