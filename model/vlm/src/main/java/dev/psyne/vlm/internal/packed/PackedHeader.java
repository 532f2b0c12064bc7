package dev.psyne.vlm.internal.packed;

import static dev.psyne.vlm.internal.packed.PackedLayout.INT;
import static dev.psyne.vlm.internal.packed.PackedLayout.LONG;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.Digests;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * The first bytes of a file of packed layers: see {@link PackedLayout}.
 *
 * @param contentEnd where the layers end and the directory begins
 * @param directoryBytes size of the directory
 * @param directoryHash its SHA-256, in hexadecimal
 * @param contentHash SHA-256 of the layers, in hexadecimal
 */
record PackedHeader(long contentEnd, long directoryBytes, String directoryHash, String contentHash) {
    static PackedHeader of(long contentEnd, byte[] directory, byte[] contentHash) {
        return new PackedHeader(
                contentEnd,
                directory.length,
                Digests.sha256(MemorySegment.ofArray(directory)),
                HexFormat.of().formatHex(contentHash));
    }

    byte[] toBytes() {
        byte[] bytes = new byte[PackedLayout.HEADER_BYTES];
        MemorySegment header = MemorySegment.ofArray(bytes);
        header.setString(0, PackedLayout.MAGIC, StandardCharsets.US_ASCII);
        header.set(INT, PackedLayout.VERSION_OFFSET, PackedLayout.VERSION);
        header.set(INT, PackedLayout.HEADER_BYTES_OFFSET, PackedLayout.HEADER_BYTES);
        header.set(LONG, PackedLayout.FILE_BYTES_OFFSET, contentEnd + directoryBytes);
        header.set(LONG, PackedLayout.DIRECTORY_OFFSET, contentEnd);
        header.set(LONG, PackedLayout.DIRECTORY_BYTES_OFFSET, directoryBytes);
        put(header, PackedLayout.DIRECTORY_HASH_OFFSET, directoryHash);
        put(header, PackedLayout.CONTENT_HASH_OFFSET, contentHash);
        String hash = Digests.sha256(header.asSlice(0, PackedLayout.HEADER_HASH_OFFSET));
        put(header, PackedLayout.HEADER_HASH_OFFSET, hash);
        return bytes;
    }

    private static void put(MemorySegment header, int offset, String hash) {
        MemorySegment.copy(
                HexFormat.of().parseHex(hash), 0, header, ValueLayout.JAVA_BYTE, offset, PackedLayout.HASH_BYTES);
    }

    /** Reads the header of a file, whose size it must state. */
    static PackedHeader parse(Path file, MemorySegment bytes) {
        if (bytes.byteSize() < PackedLayout.HEADER_BYTES) {
            throw new ModelException(
                    file, "size", bytes.byteSize() + " bytes", "at least " + PackedLayout.HEADER_BYTES);
        }
        byte[] magic = bytes.asSlice(0, PackedLayout.VERSION_OFFSET).toArray(ValueLayout.JAVA_BYTE);
        require(file, "beginning", new String(magic, StandardCharsets.ISO_8859_1), PackedLayout.MAGIC);
        require(file, "version", bytes.get(INT, PackedLayout.VERSION_OFFSET), PackedLayout.VERSION);
        String hash = Digests.sha256(bytes.asSlice(0, PackedLayout.HEADER_HASH_OFFSET));
        require(file, "SHA-256 of the header", hash, hash(bytes, PackedLayout.HEADER_HASH_OFFSET));
        require(file, "size", bytes.byteSize(), bytes.get(LONG, PackedLayout.FILE_BYTES_OFFSET));
        long contentEnd = bytes.get(LONG, PackedLayout.DIRECTORY_OFFSET);
        long directoryBytes = bytes.get(LONG, PackedLayout.DIRECTORY_BYTES_OFFSET);
        if (contentEnd < PackedLayout.HEADER_BYTES
                || directoryBytes < 0
                || directoryBytes > PackedLayout.MAX_DIRECTORY_BYTES
                || contentEnd > bytes.byteSize()
                || directoryBytes != bytes.byteSize() - contentEnd) {
            throw new ModelException(
                    file, "directory", directoryBytes + " bytes at " + contentEnd, "the end of the file");
        }
        return new PackedHeader(
                contentEnd,
                directoryBytes,
                hash(bytes, PackedLayout.DIRECTORY_HASH_OFFSET),
                hash(bytes, PackedLayout.CONTENT_HASH_OFFSET));
    }

    private static String hash(MemorySegment bytes, int offset) {
        return HexFormat.of()
                .formatHex(bytes.asSlice(offset, PackedLayout.HASH_BYTES).toArray(ValueLayout.JAVA_BYTE));
    }

    private static void require(Path file, String what, Object found, Object wanted) {
        if (!found.equals(wanted)) {
            throw new ModelException(file, what, found.toString(), wanted.toString());
        }
    }
}
