package dev.psyne.bench.memory;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.psyne.bench.Row;
import dev.psyne.bench.Turns;
import dev.psyne.memory.Compare;
import dev.psyne.memory.Crc32c;
import dev.psyne.memory.Fill;
import dev.psyne.memory.XxHash3;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * Copy, fill, compare, CRC-32C and XXH3 of 4 KiB and 1 MiB, by one thread. To copy the product uses the
 * JDK's method as it is; what would have to be faster to be worth writing stands beside it, in plain longs and through the
 * Vector API, which is not for {@code core/memory}.
 */
public final class BulkBench {
    private static final int[] SIZES = {4 << 10, 1 << 20};
    private static final long BYTES_PER_MEASURE = 2L << 30;
    private static final double GOAL = 1.0;

    private long sink;

    /**
     * Measures everything at every size.
     */
    public List<Row> rows() throws InterruptedException {
        List<Row> rows = new ArrayList<>();
        for (int bytes : SIZES) {
            try (Arena arena = Arena.ofShared()) {
                byte[] array = new byte[bytes];
                new SplittableRandom(bytes).nextBytes(array);
                MemorySegment from = arena.allocate(bytes, 64).copyFrom(MemorySegment.ofArray(array));
                MemorySegment to = arena.allocate(bytes, 64).copyFrom(from);
                moves(rows, from, to);
                sums(rows, from, array);
            }
        }
        return rows;
    }

    /** What all measurements computed, so that none of them is for nothing. */
    public long sink() {
        return sink;
    }

    private void moves(List<Row> rows, MemorySegment from, MemorySegment to) throws InterruptedException {
        double[] copy = compete(
                from,
                () -> to.copyFrom(from).byteSize(),
                () -> VectorMoves.copy(from, to),
                () -> LongMoves.copy(from, to));
        add(rows, "copy (JDK)", from, copy[0], "Vector API", copy[1]);
        add(rows, "copy (JDK)", from, copy[0], "long loop", copy[2]);
        double[] fill = compete(
                from, () -> fill(to), () -> to.fill((byte) 9).byteSize(), () -> VectorMoves.fill(to, (byte) 11));
        add(rows, "fill", from, fill[0], "JDK", fill[1]);
        add(rows, "fill", from, fill[0], "Vector API", fill[2]);
        to.copyFrom(from);
        double[] compare = compete(
                from, () -> Compare.mismatch(from, to), () -> from.mismatch(to), () -> VectorMoves.mismatch(from, to));
        add(rows, "compare", from, compare[0], "JDK", compare[1]);
        add(rows, "compare", from, compare[0], "Vector API", compare[2]);
    }

    private static long fill(MemorySegment to) {
        Fill.bytes(to, (byte) 7);
        return to.byteSize();
    }

    private void sums(List<Row> rows, MemorySegment from, byte[] array) throws InterruptedException {
        double[] crc = compete(from, () -> Crc32c.of(from), () -> SlicedCrc32c.of(from));
        add(rows, "CRC-32C (JDK, by Crc32c)", from, crc[0], "slicing by 8", crc[1]);
        XxHash3 hash = new XxHash3();
        double[] xxh3 =
                compete(from, () -> hash.hash(from), () -> Hashing.xxh3_64().hashBytesToLong(array));
        add(rows, "XXH3", from, xxh3[0], "hash4j, byte[]", xxh3[1]);
    }

    private static void add(List<Row> rows, String name, MemorySegment input, double ours, String peer, double value) {
        String size = input.byteSize() >= 1 << 20 ? "1 MiB" : "4 KiB";
        rows.add(new Row(name + " of " + size, "GB/s", Row.Better.HIGHER, ours, peer, value, GOAL));
    }

    private double[] compete(MemorySegment input, LongSupplier... ways) throws InterruptedException {
        int calls = (int) (BYTES_PER_MEASURE / input.byteSize());
        Turns.Contestant[] contestants = new Turns.Contestant[ways.length];
        for (int i = 0; i < ways.length; i++) {
            LongSupplier way = ways[i];
            contestants[i] = () -> gigabytesPerSecond(way, calls, input.byteSize());
        }
        return Turns.medians(contestants);
    }

    private double gigabytesPerSecond(LongSupplier way, int calls, long bytes) {
        long begin = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            sink += way.getAsLong();
        }
        return (double) calls * bytes / (System.nanoTime() - begin);
    }
}
