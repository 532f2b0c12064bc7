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
        long[] sums = START.clone();
        long at = 0;
        for (; bytes - at > BLOCK_BYTES; at += BLOCK_BYTES) {
            accumulate(input, at, STRIPES_PER_BLOCK, secret, sums);
            scramble(sums);
        }
        accumulate(input, at, (int) ((bytes - at - 1) / STRIPE_BYTES), secret, sums);
        accumulate(input, bytes - STRIPE_BYTES, 1, lastSecret, sums);
        return merge(sums, bytes);
    }

    private static void accumulate(MemorySegment input, long from, int stripes, long[] keys, long[] sums) {
        long s0 = sums[0];
        long s1 = sums[1];
        long s2 = sums[2];
        long s3 = sums[3];
        long s4 = sums[4];
        long s5 = sums[5];
        long s6 = sums[6];
        long s7 = sums[7];
        for (int stripe = 0; stripe < stripes; stripe++) {
            long at = from + (long) stripe * STRIPE_BYTES;
            long d0 = input.get(LONG, at);
            long d1 = input.get(LONG, at + 8);
            s0 += d1 + product(d0 ^ keys[stripe]);
            s1 += d0 + product(d1 ^ keys[stripe + 1]);
            long d2 = input.get(LONG, at + 16);
            long d3 = input.get(LONG, at + 24);
            s2 += d3 + product(d2 ^ keys[stripe + 2]);
            s3 += d2 + product(d3 ^ keys[stripe + 3]);
            long d4 = input.get(LONG, at + 32);
            long d5 = input.get(LONG, at + 40);
            s4 += d5 + product(d4 ^ keys[stripe + 4]);
            s5 += d4 + product(d5 ^ keys[stripe + 5]);
            long d6 = input.get(LONG, at + 48);
            long d7 = input.get(LONG, at + 56);
            s6 += d7 + product(d6 ^ keys[stripe + 6]);
            s7 += d6 + product(d7 ^ keys[stripe + 7]);
        }
        sums[0] = s0;
        sums[1] = s1;
        sums[2] = s2;
        sums[3] = s3;
        sums[4] = s4;
        sums[5] = s5;
        sums[6] = s6;
        sums[7] = s7;
    }

    private static long product(long value) {
        return (value & LOW) * (value >>> 32);
    }

    private void scramble(long[] sums) {
        for (int lane = 0; lane < LANES; lane++) {
            long sum = sums[lane];
            sums[lane] = (sum ^ sum >>> 47 ^ secret[STRIPES_PER_BLOCK + lane]) * PRIME32_1;
        }
    }

    private long merge(long[] sums, long bytes) {
        long result = bytes * XxHash3.PRIME64_1;
        for (int lane = 0; lane < LANES; lane += 2) {
            result += XxHash3.foldedProduct(sums[lane] ^ mergeSecret[lane], sums[lane + 1] ^ mergeSecret[lane + 1]);
        }
        return XxHash3.avalanche(result);
    }
}
