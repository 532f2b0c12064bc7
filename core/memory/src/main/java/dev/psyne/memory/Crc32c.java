package dev.psyne.memory;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/**
 * CRC-32C, the Castagnoli polynomial of iSCSI, SCTP and ext4 (RFC 3720, appendix B.4), of segments of any size. The JDK
 * computes it, by the processor's own instruction where there is one; its view of a segment ends at 2 GiB, so larger
 * ones go through in pieces.
 */
public final class Crc32c {
    private static final long PIECE_BYTES = 1L << 30;

    private Crc32c() {}

    /**
     * The checksum of a segment, in the order of RFC 3720: 0xe3069283 for the characters {@code 123456789}.
     *
     * @throws UnsupportedOperationException if the segment lies on the Java heap in anything but a byte array
     */
    public static int of(MemorySegment segment) {
        return of(segment, PIECE_BYTES);
    }

    static int of(MemorySegment segment, long pieceBytes) {
        CRC32C sum = new CRC32C();
        for (long at = 0; at < segment.byteSize(); at += pieceBytes) {
            sum.update(segment.asSlice(at, Math.min(pieceBytes, segment.byteSize() - at))
                    .asByteBuffer());
        }
        return (int) sum.getValue();
    }
}
