package dev.psyne.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegionAllocatorTest {
    private static final long BYTES = 1 << 20;

    private Region region;
    private RegionAllocator allocator;

    @BeforeEach
    void open() {
        region = Region.anonymous(BYTES);
        allocator = RegionAllocator.over(region);
    }

    @AfterEach
    void close() {
        allocator.close();
        region.close();
    }

    @Test
    void aBlockHasTheSizeAskedForAndStartsOnACacheLine() {
        for (long bytes : new long[] {1, 63, 64, 65, 1000, 4096, 5000, 100_000}) {
            MemorySegment block = allocator.allocate(bytes);
            assertEquals(bytes, block.byteSize());
            assertEquals(0, block.address() % RegionAllocator.ALIGNMENT);
            assertThrows(IndexOutOfBoundsException.class, () -> block.get(ValueLayout.JAVA_BYTE, bytes));
            allocator.free(block);
        }
    }

    @Test
    void theWholeRegionCanBeOneBlock() {
        MemorySegment all = allocator.allocate(BYTES);
        assertEquals(region.segment().address(), all.address());
        RegionExhaustedException full = assertThrows(RegionExhaustedException.class, () -> allocator.allocate(1));
        assertEquals(0, full.freeBytes());
        allocator.free(all);
        assertEquals(BYTES, allocator.statistics().largestFreeBlockBytes());
    }

    @Test
    void aBlockFreedTwiceIsNamed() {
        for (long bytes : new long[] {64, 100_000}) {
            MemorySegment block = allocator.allocate(bytes);
            allocator.free(block);
            IllegalStateException twice = assertThrows(IllegalStateException.class, () -> allocator.free(block));
            assertTrue(
                    String.valueOf(twice.getMessage()).contains("0x%x".formatted(block.address())), twice.getMessage());
        }
    }

    @Test
    void theInsideOfABlockIsNoBlock() {
        for (long bytes : new long[] {640, 100_000}) {
            MemorySegment block = allocator.allocate(bytes);
            assertThrows(IllegalStateException.class, () -> allocator.free(block.asSlice(64)));
            assertThrows(IllegalStateException.class, () -> allocator.free(block.asSlice(1)));
            allocator.free(block);
        }
    }

    @Test
    void whatWasNotAllocatedHereIsRefused() {
        try (Region other = Region.anonymous(4096)) {
            IllegalArgumentException foreign =
                    assertThrows(IllegalArgumentException.class, () -> allocator.free(other.segment()));
            assertTrue(
                    String.valueOf(foreign.getMessage())
                            .contains("0x%x".formatted(other.segment().address())),
                    foreign.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> allocator.free(MemorySegment.ofArray(new byte[64])));
        assertThrows(IllegalArgumentException.class, () -> allocator.freeOffset(-64));
        assertThrows(IllegalArgumentException.class, () -> allocator.freeOffset(BYTES));
        assertThrows(IllegalStateException.class, () -> allocator.freeOffset(0));
    }

    @Test
    void aSizeOfNothingIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> allocator.allocate(0));
        assertThrows(IllegalArgumentException.class, () -> allocator.allocate(-1));
        assertThrows(RegionExhaustedException.class, () -> allocator.allocate(Long.MAX_VALUE));
    }

    @Test
    void afterCloseEverythingThrows() {
        MemorySegment block = allocator.allocate(64);
        allocator.close();
        allocator.close();
        assertThrows(IllegalStateException.class, () -> allocator.allocate(64));
        IllegalStateException late = assertThrows(IllegalStateException.class, () -> allocator.free(block));
        assertTrue(String.valueOf(late.getMessage()).contains("0x%x".formatted(block.address())), late.getMessage());
    }

    @Test
    void afterTheRegionsCloseEverythingThrows() {
        MemorySegment block = allocator.allocate(64);
        region.close();
        assertThrows(IllegalStateException.class, () -> allocator.allocate(64));
        assertThrows(IllegalStateException.class, () -> allocator.free(block));
        assertThrows(IllegalStateException.class, () -> block.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void exhaustionSaysWhatThereIs() {
        allocator.allocate(BYTES / 2);
        MemorySegment quarter = allocator.allocate(BYTES / 4);
        RegionExhaustedException full =
                assertThrows(RegionExhaustedException.class, () -> allocator.allocate(BYTES / 2));
        assertEquals(BYTES / 2, full.requestedBytes());
        assertEquals(BYTES / 4, full.freeBytes());
        assertEquals(BYTES / 4, full.largestFreeBlockBytes());
        allocator.free(quarter);
        assertEquals(BYTES / 2, allocator.allocate(BYTES / 2).byteSize());
    }

    @Test
    void smallBlocksUseTheRegionToItsEnd() {
        List<Long> offsets = new ArrayList<>();
        assertThrows(RegionExhaustedException.class, () -> {
            while (true) {
                offsets.add(allocator.allocateOffset(64));
            }
        });
        assertEquals(BYTES / 64, offsets.size());
        assertEquals(offsets.size(), offsets.stream().distinct().count());
        offsets.forEach(allocator::freeOffset);
        allocator.trim();
        assertEquals(BYTES, allocator.statistics().largestFreeBlockBytes());
    }

    @Test
    void cachedBlocksOfOneSizeMakeRoomForAnother() {
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < BYTES / 1024; i++) {
            offsets.add(allocator.allocateOffset(1024));
        }
        offsets.forEach(allocator::freeOffset);
        assertEquals(BYTES, allocator.allocate(BYTES).byteSize());
    }

    @Test
    void fragmentationIsTold() {
        allocator.allocate(100);
        MemorySegment block = allocator.allocate((BYTES / 4) - 100);
        AllocatorStatistics now = allocator.statistics();
        assertEquals(BYTES, now.capacityBytes());
        assertEquals(128 + BYTES / 4, now.allocatedBytes());
        assertEquals(BYTES / 4, now.requestedBytes());
        assertEquals(BYTES, now.allocatedBytes() + now.cachedBytes() + now.slabBytes() + now.freeBytes());
        assertEquals(1 - (BYTES / 4.0) / (128 + BYTES / 4.0), now.internalFragmentation(), 1e-12);
        assertEquals(1 - (double) (BYTES / 2) / now.freeBytes(), now.externalFragmentation(), 1e-12);
        allocator.free(block);
    }

    @Test
    void anEmptyAllocatorIsNotFragmented() {
        AllocatorStatistics now = allocator.statistics();
        assertEquals(0, now.internalFragmentation());
        assertEquals(0, now.externalFragmentation());
        assertEquals(BYTES, now.freeBytes());
    }

    @Test
    void writingOverAllOfABlockHarmsNoOther() {
        List<MemorySegment> blocks = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            MemorySegment block = allocator.allocate(1 + i * 3L);
            block.fill((byte) 0xFF);
            blocks.add(block);
        }
        blocks.forEach(allocator::free);
        allocator.trim();
        assertEquals(BYTES, allocator.statistics().largestFreeBlockBytes());
    }

    @Test
    void aRegionTooSmallIsRefused() {
        try (Region small = Region.anonymous(4095)) {
            assertThrows(IllegalArgumentException.class, () -> RegionAllocator.over(small));
        }
    }

    @Test
    void optionsOutOfBoundsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new AllocatorOptions(-1, 16, false));
        assertThrows(IllegalArgumentException.class, () -> new AllocatorOptions(0, 12, false));
        assertThrows(IllegalArgumentException.class, () -> new AllocatorOptions(0, 0, false));
        assertThrows(IllegalArgumentException.class, () -> new AllocatorOptions(0, 8192, false));
    }
}
