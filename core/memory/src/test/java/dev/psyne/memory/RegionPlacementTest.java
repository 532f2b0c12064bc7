package dev.psyne.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.memory.RegionException.Reason;
import dev.psyne.memory.RegionPlacement.PageKind;
import dev.psyne.platform.Availability.Unavailable;
import dev.psyne.platform.NumaPolicy;
import dev.psyne.platform.VirtualMemory;
import dev.psyne.platform.VirtualMemory.Choice;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class RegionPlacementTest {
    private static final long MEBIBYTE = 1 << 20;

    @TempDir
    Path directory;

    @Test
    void withoutWishesNothingIsClaimed() {
        try (Region region = Region.anonymous(MEBIBYTE)) {
            RegionPlacement placement = region.placement();
            assertEquals(PageKind.ORDINARY, placement.pages());
            assertFalse(placement.isLocked());
            assertFalse(placement.isPrefaulted());
            assertTrue(placement.describe().contains("not asked for"), placement.describe());
        }
    }

    @Test
    void hugePagesThatAreTriedAreGivenOrTheReasonIs() {
        try (Region region =
                Region.builder(8 * MEBIBYTE).hugePages(HugePages.TRY).build()) {
            RegionPlacement placement = region.placement();
            assertEquals(placement.pages() == PageKind.ORDINARY, placement.hugePages() instanceof Unavailable);
            region.segment().fill((byte) 1);
        }
    }

    @Test
    void aRegionSmallerThanAHugePageHasNone() {
        RegionBuilder small =
                Region.builder(MEBIBYTE).shared("small").directory(directory).hugePages(HugePages.TRY);
        try (Region region = small.build()) {
            Unavailable why =
                    assertInstanceOf(Unavailable.class, region.placement().hugePages());
            assertTrue(why.why().contains("smaller than a huge page"), why.why());
        }
        RegionException refused = assertThrows(RegionException.class, small.hugePages(HugePages.REQUIRE)::open);
        assertEquals(Reason.PLACEMENT, refused.reason());
        assertTrue(refused.toString().contains("smaller than a huge page"), refused.toString());
    }

    @Test
    void aSourceWithoutHugePagesRefusesThemOnlyIfRequired() {
        RegionBuilder wanted = Region.builder(4 * MEBIBYTE).source(VirtualMemory.of(Choice.ARENA));
        wanted.hugePages(HugePages.TRY).build().close();
        RegionException refused = assertThrows(RegionException.class, wanted.hugePages(HugePages.REQUIRE)::build);
        assertEquals(Reason.PLACEMENT, refused.reason());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void bindingToANodeThatIsThereIsConfirmed() {
        for (RegionBuilder kind : new RegionBuilder[] {
            Region.builder(MEBIBYTE).anonymous(),
            Region.builder(MEBIBYTE).shared("bound").directory(Region.defaultDirectory()),
            Region.builder(MEBIBYTE).unnamed(),
            Region.builder(MEBIBYTE).file(directory.resolve("bound"))
        }) {
            try (Region region = kind.numa(NumaPolicy.bind(0)).build()) {
                assertEquals(Set.of(0), region.placement().nodes());
            } finally {
                Region.unlink("bound");
            }
        }
        try (Region region = Region.builder(MEBIBYTE)
                .numa(NumaPolicy.interleave(0))
                .prefault(Runnable::run)
                .build()) {
            assertEquals(Set.of(0), region.placement().nodes());
            assertTrue(region.placement().describe().contains("NUMA nodes [0]"));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aNodeThatIsNotThereIsRefusedByNumber() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> Region.builder(MEBIBYTE).numa(NumaPolicy.bind(0, 99)).build());
        assertTrue(refused.toString().contains("node 99"), refused.toString());
        assertThrows(IllegalArgumentException.class, NumaPolicy::bind);
        assertThrows(IllegalArgumentException.class, () -> NumaPolicy.interleave(-1));
        assertThrows(IllegalArgumentException.class, () -> NumaPolicy.interleave(NumaPolicy.MAX_NODES));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void lockedMemoryIsLocked() {
        try (Region region = Region.builder(4096).locked().build()) {
            assertTrue(region.placement().isLocked());
            assertTrue(region.placement().isPrefaulted());
        }
    }

    @Test
    void whatCannotBeLockedIsRefusedAndUnmapped() {
        RegionException refused = assertThrows(
                RegionException.class,
                () -> Region.builder(4096)
                        .source(VirtualMemory.of(Choice.ARENA))
                        .locked()
                        .build());
        assertEquals(Reason.PLACEMENT, refused.reason());
    }

    @Test
    void aRegionIsPrefaultedInPiecesOfTheCallersExecutor() {
        AtomicInteger tasks = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Executor counting = task -> {
                tasks.incrementAndGet();
                threads.execute(task);
            };
            for (Choice choice : new Choice[] {Choice.AUTOMATIC, Choice.ARENA}) {
                tasks.set(0);
                try (Region region = Region.builder(16 * MEBIBYTE + 5)
                        .source(VirtualMemory.of(choice))
                        .prefault(counting)
                        .build()) {
                    assertEquals(9, tasks.get());
                    assertTrue(region.placement().isPrefaulted());
                    assertEquals(0, region.segment().get(ValueLayout.JAVA_BYTE, 16 * MEBIBYTE + 4));
                }
            }
        }
    }

    @Test
    void prefaultingASharedRegionKeepsWhatOthersWroteThere() {
        RegionBuilder shared =
                Region.builder(MEBIBYTE).shared("kept").directory(directory).content(segment -> segment.fill((byte) 9));
        try (Region first = shared.build();
                Region second = shared.prefault(Runnable::run).open()) {
            assertEquals(-1, first.segment().mismatch(second.segment()));
            assertEquals(9, second.segment().get(ValueLayout.JAVA_BYTE, 4096));
        }
    }

    @Test
    void anExecutorThatRefusesFailsTheBuild() {
        RejectedExecutionException refusal = new RejectedExecutionException("closed");
        AtomicInteger tasks = new AtomicInteger();
        assertSame(
                refusal,
                assertThrows(
                        RejectedExecutionException.class,
                        () -> Region.builder(16 * MEBIBYTE)
                                .prefault(task -> {
                                    if (tasks.incrementAndGet() == 3) {
                                        throw refusal;
                                    }
                                    task.run();
                                })
                                .build()));
    }
}
