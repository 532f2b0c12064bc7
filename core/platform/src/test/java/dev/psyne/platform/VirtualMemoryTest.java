package dev.psyne.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.platform.VirtualMemory.Choice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VirtualMemoryTest {
    private static final long BEYOND_ADDRESS_SPACE_STEPS = 200;

    /** Both variants; the first is the fallback too where mmap is not to be had. */
    static Stream<VirtualMemory> variants() {
        return Stream.of(VirtualMemory.of(Choice.AUTOMATIC), VirtualMemory.of(Choice.ARENA));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void memoryIsZeroedSizedAndAligned(VirtualMemory memory) {
        for (long alignment : new long[] {1, 64, 4096, 1 << 16, 1 << 21}) {
            for (long bytes : new long[] {1, 63, 4096, 4097, 100_000}) {
                Pages pages = memory.map(bytes, alignment);
                try (Arena arena = Arena.ofShared()) {
                    MemorySegment segment = pages.view(arena);
                    assertEquals(bytes, segment.byteSize());
                    assertEquals(pages.address(), segment.address());
                    assertEquals(0, segment.address() % alignment, "aligned to " + alignment);
                    assertEquals(-1, segment.mismatch(MemorySegment.ofArray(new byte[(int) bytes])));
                    segment.fill((byte) 7);
                    assertEquals(7, segment.get(ValueLayout.JAVA_BYTE, bytes - 1));
                }
                pages.release();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void viewsEndWithTheirArena(VirtualMemory memory) {
        Pages pages = memory.map(4096, 64);
        Arena arena = Arena.ofShared();
        MemorySegment segment = pages.view(arena);
        arena.close();
        assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, () -> pages.view(arena));
        pages.release();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void beyondTheEndIsAnException(VirtualMemory memory) {
        Pages pages = memory.map(100, 64);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment segment = pages.view(arena);
            assertThrows(IndexOutOfBoundsException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 100));
        }
        pages.release();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void bringingPagesIntoMemoryKeepsTheirContent(VirtualMemory memory) {
        Pages pages = memory.map(100_003, 64);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment segment = pages.view(arena);
            segment.fill((byte) 7);
            pages.populate(0, 100_003);
            pages.populate(50_001, 1);
            for (byte value : segment.toArray(ValueLayout.JAVA_BYTE)) {
                assertEquals(7, value);
            }
        }
        pages.release();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void sizesAndAlignmentsOutOfBoundsAreRefusedByValue(VirtualMemory memory) {
        for (long bytes : new long[] {0, -1, Long.MIN_VALUE, VirtualMemory.MAX_BYTES + 1}) {
            assertNames(bytes, () -> memory.map(bytes, 64));
        }
        for (long alignment : new long[] {0, -1, 3, Long.MIN_VALUE, VirtualMemory.MAX_ALIGNMENT * 2}) {
            assertNames(alignment, () -> memory.map(64, alignment));
        }
    }

    private static void assertNames(long value, Runnable call) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, call::run);
        assertTrue(refused.toString().contains(Long.toString(value)), refused.toString());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aRefusalOfTheSystemIsAnExceptionWithTheErrno() {
        VirtualMemory memory = VirtualMemory.of(Choice.MMAP);
        List<Pages> mapped = new ArrayList<>();
        // 200 TiB is more than the 128 TiB of addresses that a process on x86-64 or aarch64 has by default.
        VirtualMemoryException refused = assertThrows(VirtualMemoryException.class, () -> {
            for (int step = 0; step < BEYOND_ADDRESS_SPACE_STEPS; step++) {
                mapped.add(memory.map(VirtualMemory.MAX_BYTES, 64));
            }
        });
        mapped.forEach(Pages::release);
        assertTrue(refused.toString().contains("errno"), refused.toString());
    }

    @Test
    void theVariantIsChosenOnce() {
        assertSame(VirtualMemory.automatic(), VirtualMemory.automatic());
    }

    @Test
    void anUnknownVariantIsRefusedByName() {
        assertEquals(Choice.ARENA, VirtualMemoryProvider.parse("arena"));
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> VirtualMemoryProvider.parse("heap"));
        assertTrue(refused.toString().contains("'heap'"), refused.toString());
    }
}
