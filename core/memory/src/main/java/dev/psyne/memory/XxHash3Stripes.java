package dev.psyne.memory;

import static dev.psyne.memory.XxHash3.LONG;

import java.lang.foreign.MemorySegment;

/**
 * XXH3 of inputs above 240 bytes: eight sums over stripes of 64 bytes, scrambled after each block of 16 stripes. Within
 * a block the sums are plain additions, so that a lane is added where it belongs at once and nothing waits for another
 * lane.
 */
final class XxHash3Stripes {
    private static final int LANES = 8;
    private static final int STRIPE_BYTES = 64;
    private static final int STRIPES_PER_BLOCK = (XxHash3Secret.BYTES - STRIPE_BYTES) / Long.BYTES;
    private static final int BLOCK_BYTES = STRIPES_PER_BLOCK * STRIPE_BYTES;
    private static final int LAST_SECRET = XxHash3Secret.BYTES - STRIPE_BYTES - 7;
    private static final int MERGE_SECRET = 11;
    private static final long LOW = 0xFFFFFFFFL;
    private static final long PRIME32_1 = 0x9E3779B1L;

    private static final long[] START = {
        0xC2B2AE3DL,
        XxHash3.PRIME64_1,
        0xC2B2AE3D27D4EB4FL,
        0x165667B19E3779F9L,
        0x85EBCA77C2B2AE63L,
        0x85EBCA77L,
        0x27D4EB2F165667C5L,
        PRIME32_1
    };

    private final long[] secret;
    private final long[] lastSecret;
    private final long[] mergeSecret;

    XxHash3Stripes(long seed) {
        byte[] bytes = XxHash3Secret.seeded(seed);
        secret = XxHash3Secret.words(bytes, 0, XxHash3Secret.BYTES / Long.BYTES);
        lastSecret = XxHash3Secret.words(bytes, LAST_SECRET, LANES);
        mergeSecret = XxHash3Secret.words(bytes, MERGE_SECRET, LANES);
    }

    long hash(MemorySegment input) {
        long bytes = input.byteSize();
        long blocks = (bytes - 1) / BLOCK_BYTES;
        long[] sums = START.clone();
        accumulateBlocks(input, blocks, secret, sums);
        long at = blocks * BLOCK_BYTES;
        accumulate(input.asSlice(at, (bytes - at - 1) / STRIPE_BYTES * STRIPE_BYTES), secret, sums);
        accumulate(input.asSlice(bytes - STRIPE_BYTES), lastSecret, sums);
        return merge(sums, bytes);
    }

    /** The sums stay in registers from block to block; the part's fixed size lets the compiler drop its bound checks. */
    private static void accumulateBlocks(MemorySegment input, long blocks, long[] keys, long[] sums) {
        long s0 = sums[0];
        long s1 = sums[1];
        long s2 = sums[2];
        long s3 = sums[3];
        long s4 = sums[4];
        long s5 = sums[5];
        long s6 = sums[6];
        long s7 = sums[7];
        for (long block = 0; block < blocks; block++) {
            MemorySegment part = input.asSlice(block * BLOCK_BYTES, BLOCK_BYTES);
            for (int stripe = 0; stripe < STRIPES_PER_BLOCK; stripe++) {
                long at = (long) stripe * STRIPE_BYTES;
                s0 += part.get(LONG, at + 8) + product(part.get(LONG, at) ^ keys[stripe]);
                s1 += part.get(LONG, at) + product(part.get(LONG, at + 8) ^ keys[stripe + 1]);
                s2 += part.get(LONG, at + 24) + product(part.get(LONG, at + 16) ^ keys[stripe + 2]);
                s3 += part.get(LONG, at + 16) + product(part.get(LONG, at + 24) ^ keys[stripe + 3]);
                s4 += part.get(LONG, at + 40) + product(part.get(LONG, at + 32) ^ keys[stripe + 4]);
                s5 += part.get(LONG, at + 32) + product(part.get(LONG, at + 40) ^ keys[stripe + 5]);
                s6 += part.get(LONG, at + 56) + product(part.get(LONG, at + 48) ^ keys[stripe + 6]);
                s7 += part.get(LONG, at + 48) + product(part.get(LONG, at + 56) ^ keys[stripe + 7]);
            }
            s0 = scrambled(s0, keys[STRIPES_PER_BLOCK]);
            s1 = scrambled(s1, keys[STRIPES_PER_BLOCK + 1]);
            s2 = scrambled(s2, keys[STRIPES_PER_BLOCK + 2]);
            s3 = scrambled(s3, keys[STRIPES_PER_BLOCK + 3]);
            s4 = scrambled(s4, keys[STRIPES_PER_BLOCK + 4]);
            s5 = scrambled(s5, keys[STRIPES_PER_BLOCK + 5]);
            s6 = scrambled(s6, keys[STRIPES_PER_BLOCK + 6]);
            s7 = scrambled(s7, keys[STRIPES_PER_BLOCK + 7]);
        }
        store(sums, s0, s1, s2, s3, s4, s5, s6, s7);
    }

    private static void store(long[] sums, long... values) {
        System.arraycopy(values, 0, sums, 0, LANES);
    }

    private static long scrambled(long sum, long key) {
        return (sum ^ sum >>> 47 ^ key) * PRIME32_1;
    }

    private static void accumulate(MemorySegment part, long[] keys, long[] sums) {
        long s0 = sums[0];
        long s1 = sums[1];
        long s2 = sums[2];
        long s3 = sums[3];
        long s4 = sums[4];
        long s5 = sums[5];
        long s6 = sums[6];
        long s7 = sums[7];
        int stripes = (int) (part.byteSize() / STRIPE_BYTES);
        for (int stripe = 0; stripe < stripes; stripe++) {
            long at = (long) stripe * STRIPE_BYTES;
            s0 += part.get(LONG, at + 8) + product(part.get(LONG, at) ^ keys[stripe]);
            s1 += part.get(LONG, at) + product(part.get(LONG, at + 8) ^ keys[stripe + 1]);
            s2 += part.get(LONG, at + 24) + product(part.get(LONG, at + 16) ^ keys[stripe + 2]);
            s3 += part.get(LONG, at + 16) + product(part.get(LONG, at + 24) ^ keys[stripe + 3]);
            s4 += part.get(LONG, at + 40) + product(part.get(LONG, at + 32) ^ keys[stripe + 4]);
            s5 += part.get(LONG, at + 32) + product(part.get(LONG, at + 40) ^ keys[stripe + 5]);
            s6 += part.get(LONG, at + 56) + product(part.get(LONG, at + 48) ^ keys[stripe + 6]);
            s7 += part.get(LONG, at + 48) + product(part.get(LONG, at + 56) ^ keys[stripe + 7]);
        }
        store(sums, s0, s1, s2, s3, s4, s5, s6, s7);
    }

    private static long product(long value) {
        return (value & LOW) * (value >>> 32);
    }

    private long merge(long[] sums, long bytes) {
        long result = bytes * XxHash3.PRIME64_1;
        for (int lane = 0; lane < LANES; lane += 2) {
            result += XxHash3.foldedProduct(sums[lane] ^ mergeSecret[lane], sums[lane + 1] ^ mergeSecret[lane + 1]);
        }
        return XxHash3.avalanche(result);
    }
}
