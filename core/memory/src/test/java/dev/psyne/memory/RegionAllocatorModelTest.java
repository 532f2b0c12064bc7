package dev.psyne.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random allocations and frees beside a map of what is in use: nothing overlaps, nothing is lost, all merges again. */
class RegionAllocatorModelTest {
    private static final int STEPS = 10_000;
    private static final int ENDS = 16;

    private record Held(MemorySegment block, byte mark) {}

    @ParameterizedTest
    @ValueSource(longs = {4096, 64 << 10, 1 << 20, (3 << 20) + 5000, 64 << 20})
    void blocksNeverOverlapAndMergeAgain(long regionBytes) {
        for (long cacheBytes : new long[] {0, 4096, 1 << 20}) {
            try (Region region = Region.anonymous(regionBytes);
                    RegionAllocator allocator =
                            RegionAllocator.over(region, new AllocatorOptions(cacheBytes, 4, false))) {
                run(allocator, regionBytes, new SplittableRandom(regionBytes + cacheBytes));
            }
        }
    }

    private static void run(RegionAllocator allocator, long regionBytes, SplittableRandom random) {
        long whole = allocator.statistics().largestFreeBlockBytes();
        NavigableMap<Long, Long> used = new TreeMap<>();
        List<Held> held = new ArrayList<>();
        double octaves = Math.log(regionBytes / 4.0);
        for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(100) < 45 && !held.isEmpty()) {
                release(allocator, held.remove(random.nextInt(held.size())), used);
            } else {
                long bytes = (long) Math.exp(random.nextDouble() * octaves);
                allocate(allocator, bytes, (byte) random.nextInt(), used, held);
            }
        }
        AllocatorStatistics now = allocator.statistics();
        assertEquals(used.values().stream().mapToLong(Long::longValue).sum(), now.requestedBytes());
        assertTrue(now.allocatedBytes() >= now.requestedBytes());
        held.forEach(block -> release(allocator, block, used));
        allocator.trim();
        AllocatorStatistics empty = allocator.statistics();
        assertEquals(whole, empty.largestFreeBlockBytes());
        assertEquals(empty.capacityBytes(), empty.freeBytes());
        assertEquals(0, empty.cachedBytes());
    }

    private static void allocate(
            RegionAllocator allocator, long bytes, byte mark, NavigableMap<Long, Long> used, List<Held> held) {
        MemorySegment block;
        try {
            block = allocator.allocate(bytes);
        } catch (RegionExhaustedException full) {
            assertTrue(SizeClasses.roundToUnits(bytes, 4096) > full.largestFreeBlockBytes(), full.getMessage());
            return;
        }
        assertEquals(0, block.address() % RegionAllocator.ALIGNMENT);
        Map.Entry<Long, Long> before = used.floorEntry(block.address());
        Map.Entry<Long, Long> after = used.ceilingEntry(block.address());
        assertTrue(before == null || before.getKey() + before.getValue() <= block.address());
        assertTrue(after == null || block.address() + bytes <= after.getKey());
        used.put(block.address(), bytes);
        ends(block).forEach(end -> end.fill(mark));
        held.add(new Held(block, mark));
    }

    private static void release(RegionAllocator allocator, Held held, Map<Long, Long> used) {
        for (MemorySegment end : ends(held.block)) {
            for (long i = 0; i < end.byteSize(); i++) {
                assertEquals(held.mark, end.get(ValueLayout.JAVA_BYTE, i));
            }
        }
        used.remove(held.block.address());
        allocator.free(held.block);
    }

    private static List<MemorySegment> ends(MemorySegment block) {
        long bytes = Math.min(ENDS, block.byteSize());
        return List.of(block.asSlice(0, bytes), block.asSlice(block.byteSize() - bytes));
    }
}
