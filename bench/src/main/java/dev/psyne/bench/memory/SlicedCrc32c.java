package dev.psyne.bench.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * CRC-32C by eight tables, of sizes that are a multiple of eight: the best there is without the processor's instruction
 * (M. Kounavis and F. Berry, 2005), contender of the JDK's own.
 */
final class SlicedCrc32c {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int POLYNOMIAL = 0x82F63B78;
    private static final int[] TABLES = tables();

    private SlicedCrc32c() {}

    static int of(MemorySegment segment) {
        int state = ~0;
        for (long at = 0; at < segment.byteSize(); at += Long.BYTES) {
            long word = segment.get(LONG, at) ^ Integer.toUnsignedLong(state);
            state = 0;
            for (int i = 0; i < Long.BYTES; i++) {
                state ^= TABLES[((7 - i) << 8) + ((int) (word >>> (i << 3)) & 0xFF)];
            }
        }
        return ~state;
    }

    private static int[] tables() {
        int[] tables = new int[8 << 8];
        for (int value = 0; value < 256; value++) {
            int state = value;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                state = (state & 1) != 0 ? state >>> 1 ^ POLYNOMIAL : state >>> 1;
            }
            tables[value] = state;
        }
        for (int i = 256; i < tables.length; i++) {
            tables[i] = tables[i - 256] >>> 8 ^ tables[tables[i - 256] & 0xFF];
        }
        return tables;
    }
}
