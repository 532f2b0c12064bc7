package dev.psyne.bench.memory;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Copy, fill and compare by the Vector API, of sizes that are a multiple of a vector: contenders of the JDK's own. */
final class VectorMoves {
    private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private VectorMoves() {}

    static long copy(MemorySegment from, MemorySegment to) {
        long bytes = from.byteSize();
        for (long at = 0; at < bytes; at += SPECIES.length()) {
            ByteVector.fromMemorySegment(SPECIES, from, at, ORDER).intoMemorySegment(to, at, ORDER);
        }
        return bytes;
    }

    static long fill(MemorySegment to, byte value) {
        ByteVector vector = ByteVector.broadcast(SPECIES, value);
        long bytes = to.byteSize();
        for (long at = 0; at < bytes; at += SPECIES.length()) {
            vector.intoMemorySegment(to, at, ORDER);
        }
        return bytes;
    }

    static long mismatch(MemorySegment left, MemorySegment right) {
        long bytes = left.byteSize();
        for (long at = 0; at < bytes; at += SPECIES.length()) {
            VectorMask<Byte> same = ByteVector.fromMemorySegment(SPECIES, left, at, ORDER)
                    .eq(ByteVector.fromMemorySegment(SPECIES, right, at, ORDER));
            if (!same.allTrue()) {
                return at + same.not().firstTrue();
            }
        }
        return -1;
    }
}
