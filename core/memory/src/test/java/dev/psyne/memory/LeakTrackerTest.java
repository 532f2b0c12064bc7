package dev.psyne.memory;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.memory.MemoryLeakException.Leak;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class LeakTrackerTest {
    @Test
    void whatIsStillAllocatedAtCloseIsNamedWithItsStack() {
        try (Region region = Region.anonymous(1 << 20)) {
            RegionAllocator allocator = tracking(region);
            allocator.free(allocator.allocate(64));
            allocator.free(allocator.allocate(100_000));
            MemorySegment small = allocator.allocate(65);
            MemorySegment large = allocator.allocate(100_001);
            MemoryLeakException leak = assertThrows(MemoryLeakException.class, allocator::close);
            assertEquals(2, leak.leaks().size());
            for (Leak left : leak.leaks()) {
                MemorySegment block = left.bytes() == 65 ? small : large;
                assertEquals(block.address(), left.address());
                assertEquals(block.byteSize(), left.bytes());
                assertEquals(
                        LeakTrackerTest.class.getName(),
                        left.allocatedBy().getFirst().getClassName());
            }
            assertTrue(
                    String.valueOf(leak.getMessage()).contains("0x%x".formatted(small.address())), leak.getMessage());
            assertDoesNotThrow(allocator::close);
        }
    }

    @Test
    void whereAllWasFreedCloseSaysNothing() {
        try (Region region = Region.anonymous(1 << 20)) {
            RegionAllocator allocator = tracking(region);
            for (int bytes = 1; bytes < 10_000; bytes += 99) {
                allocator.free(allocator.allocate(bytes));
            }
            assertDoesNotThrow(allocator::close);
        }
    }

    private static RegionAllocator tracking(Region region) {
        return RegionAllocator.over(region, AllocatorOptions.forRegion(region).trackingLeaks());
    }
}
