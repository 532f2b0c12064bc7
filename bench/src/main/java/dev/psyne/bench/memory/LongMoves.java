package dev.psyne.bench.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Copy and compare by eight bytes at a time, of sizes that are a multiple of eight: contenders of the JDK's own. */
final class LongMoves {
    private LongMoves() {}

    static long copy(MemorySegment from, MemorySegment to) {
        long bytes = from.byteSize();
        for (long at = 0; at < bytes; at += Long.BYTES) {
            to.set(ValueLayout.JAVA_LONG_UNALIGNED, at, from.get(ValueLayout.JAVA_LONG_UNALIGNED, at));
        }
        return bytes;
    }

    static long mismatch(MemorySegment left, MemorySegment right) {
        long bytes = left.byteSize();
        for (long at = 0; at < bytes; at += Long.BYTES) {
            long difference =
                    left.get(ValueLayout.JAVA_LONG_UNALIGNED, at) ^ right.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
            if (difference != 0) {
                return at + (Long.numberOfTrailingZeros(difference) >>> 3);
            }
        }
        return -1;
    }
}
