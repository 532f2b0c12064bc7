package dev.psyne.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * XXH3, 64 bits: a hash for checksums and tables, several times faster than a cryptographic one and no protection
 * against someone who chooses the input. The value is that of {@code XXH3_64bits_withSeed}, on every platform.
 *
 * <p>Immutable; any thread may use one. It reads each byte of a segment of any kind where it lies.
 *
 * <p>After the specification of xxHash 0.8.3, "XXH3 Algorithm Overview" (github.com/Cyan4973/xxHash,
 * doc/xxhash_spec.md).
 */
public final class XxHash3 {
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final long PRIME64_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME64_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME64_3 = 0x165667B19E3779F9L;
    private static final long PRIME_MX1 = 0x165667919E3779F9L;
    private static final long PRIME_MX2 = 0x9FB21C651E98DF25L;

    /** Inputs up to here have ways of their own; beyond, {@link XxHash3Stripes}. */
    private static final int TINY_BYTES = 16;

    private static final int SHORT_BYTES = 128;
    private static final int MEDIUM_BYTES = 240;
    private static final int MIX_BYTES = 16;

    private final long seed;
    private final XxHash3Stripes stripes;

    /** The hash with seed 0, {@code XXH3_64bits}. */
    public XxHash3() {
        this(0);
    }

    /** The hash with a seed: another function for each. */
    public XxHash3(long seed) {
        this.seed = seed;
        this.stripes = new XxHash3Stripes(seed);
    }

    /** The hash of a whole segment. */
    public long hash(MemorySegment input) {
        long bytes = input.byteSize();
        if (bytes > MEDIUM_BYTES) {
            return stripes.hash(input);
        }
        if (bytes > SHORT_BYTES) {
            return hashMedium(input, bytes);
        }
        return bytes > TINY_BYTES ? hashShort(input, bytes) : hashTiny(input, bytes);
    }

    private long hashTiny(MemorySegment input, long bytes) {
        if (bytes > 8) {
            long low = (XxHash3Secret.word(24) ^ XxHash3Secret.word(32)) + seed ^ input.get(LONG, 0);
            long high = (XxHash3Secret.word(40) ^ XxHash3Secret.word(48)) - seed ^ input.get(LONG, bytes - 8);
            return avalanche(bytes + Long.reverseBytes(low) + high + foldedProduct(low, high));
        }
        if (bytes >= 4) {
            return hash4To8(input, bytes);
        }
        if (bytes > 0) {
            int first = Byte.toUnsignedInt(input.get(ValueLayout.JAVA_BYTE, 0));
            int middle = Byte.toUnsignedInt(input.get(ValueLayout.JAVA_BYTE, bytes >> 1));
            int last = Byte.toUnsignedInt(input.get(ValueLayout.JAVA_BYTE, bytes - 1));
            long combined = Integer.toUnsignedLong(last | (int) bytes << 8 | first << 16 | middle << 24);
            int words = (int) XxHash3Secret.word(0) ^ (int) (XxHash3Secret.word(0) >>> 32);
            return avalancheXxh64(Integer.toUnsignedLong(words) + seed ^ combined);
        }
        return avalancheXxh64(seed ^ XxHash3Secret.word(56) ^ XxHash3Secret.word(64));
    }

    private long hash4To8(MemorySegment input, long bytes) {
        long first = Integer.toUnsignedLong(input.get(INT, 0));
        long last = Integer.toUnsignedLong(input.get(INT, bytes - 4));
        long modified = seed ^ (Integer.toUnsignedLong(Integer.reverseBytes((int) seed)) << 32);
        long value = (XxHash3Secret.word(8) ^ XxHash3Secret.word(16)) - modified ^ (last | first << 32);
        value ^= Long.rotateLeft(value, 49) ^ Long.rotateLeft(value, 24);
        value *= PRIME_MX2;
        value ^= (value >>> 35) + bytes;
        value *= PRIME_MX2;
        return value ^ value >>> 28;
    }

    private long hashShort(MemorySegment input, long bytes) {
        long sum = bytes * PRIME64_1;
        for (int i = (int) ((bytes - 1) >> 5); i >= 0; i--) {
            sum += mix(input, (long) i * MIX_BYTES, i * 32);
            sum += mix(input, bytes - (long) (i + 1) * MIX_BYTES, i * 32 + 16);
        }
        return avalanche(sum);
    }

    private long hashMedium(MemorySegment input, long bytes) {
        long sum = bytes * PRIME64_1;
        for (int i = 0; i < 8; i++) {
            sum += mix(input, (long) i * MIX_BYTES, i * 16);
        }
        sum = avalanche(sum);
        for (int i = 8; i < bytes >> 4; i++) {
            sum += mix(input, (long) i * MIX_BYTES, (i - 8) * 16 + 3);
        }
        return avalanche(sum + mix(input, bytes - MIX_BYTES, 119));
    }

    private long mix(MemorySegment input, long at, int secretAt) {
        return foldedProduct(
                input.get(LONG, at) ^ XxHash3Secret.word(secretAt) + seed,
                input.get(LONG, at + 8) ^ XxHash3Secret.word(secretAt + 8) - seed);
    }

    static long foldedProduct(long left, long right) {
        return left * right ^ Math.unsignedMultiplyHigh(left, right);
    }

    static long avalanche(long value) {
        long mixed = (value ^ value >>> 37) * PRIME_MX1;
        return mixed ^ mixed >>> 32;
    }

    private static long avalancheXxh64(long value) {
        long mixed = (value ^ value >>> 33) * PRIME64_2;
        mixed = (mixed ^ mixed >>> 29) * PRIME64_3;
        return mixed ^ mixed >>> 32;
    }
}
