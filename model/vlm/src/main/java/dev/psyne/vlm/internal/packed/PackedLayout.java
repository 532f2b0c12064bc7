package dev.psyne.vlm.internal.packed;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * How a file of packed layers lies, little endian. {@code docs/model-cache.md} has the same.
 *
 * <pre>
 *    0  "PSYNEPK1"                              8 bytes
 *    8  version, 1                              u32
 *   12  bytes of the header, 4096               u32
 *   16  bytes of the file                       u64
 *   24  where the directory begins              u64
 *   32  bytes of the directory                  u64
 *   40  SHA-256 of the directory                32 bytes
 *   72  SHA-256 of bytes 4096 to the directory  32 bytes
 *  104  zeros
 * 4064  SHA-256 of bytes 0 to 4064              32 bytes
 * 4096  layers, each from a multiple of 64 on, zeros between them
 *       directory, JSON, to the end of the file
 * </pre>
 */
final class PackedLayout {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final String MAGIC = "PSYNEPK1";
    static final int VERSION = 1;
    static final int HEADER_BYTES = 4096;
    static final int HASH_BYTES = 32;

    static final int VERSION_OFFSET = 8;
    static final int HEADER_BYTES_OFFSET = 12;
    static final int FILE_BYTES_OFFSET = 16;
    static final int DIRECTORY_OFFSET = 24;
    static final int DIRECTORY_BYTES_OFFSET = 32;
    static final int DIRECTORY_HASH_OFFSET = 40;
    static final int CONTENT_HASH_OFFSET = 72;
    static final int HEADER_HASH_OFFSET = HEADER_BYTES - HASH_BYTES;

    /** Layers begin at multiples of so many bytes. */
    static final int ALIGNMENT_BYTES = 64;

    /** Largest directory, in bytes. */
    static final int MAX_DIRECTORY_BYTES = 64 << 20;

    /** Most layers. */
    static final int MAX_LAYERS = 1 << 18;

    private PackedLayout() {}
}
