package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FrameAllocatorTest {
    private static final long BLOCK = 16 << 10;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static Scheduler scheduler(FiberProvider provider) {
        return Scheduler.builder().fibers(provider).workers(2).build();
    }

    private static FrameAllocator.Builder small(Scheduler scheduler) {
        return FrameAllocator.builder(scheduler).blockBytes(BLOCK).bytesPerWorker(4 * BLOCK);
    }

    private static void fill(MemorySegment memory, long value) {
        for (long at = 0; at < memory.byteSize(); at += Long.BYTES) {
            memory.set(LONG, at, value);
        }
    }

    private static boolean holds(MemorySegment memory, long value) {
        for (long at = 0; at < memory.byteSize(); at += Long.BYTES) {
            if (memory.get(LONG, at) != value) {
                return false;
            }
        }
        return true;
    }

    @ParameterizedTest
    @EnumSource(FiberProvider.class)
    void whatJobsAllocateIsTheirsWhereverTheyGoOn(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider);
                FrameAllocator frame = FrameAllocator.builder(scheduler).build()) {
            AtomicInteger wrong = new AtomicInteger();
            Counter counter = Counter.create();
            for (int job = 0; job < 200; job++) {
                long stamp = job;
                scheduler.spawn(counter, () -> {
                    List<MemorySegment> mine = new ArrayList<>();
                    for (int i = 0; i < 20; i++) {
                        MemorySegment memory = frame.allocate(8 + 8 * (i % 9), 8);
                        fill(memory, stamp);
                        mine.add(memory);
                        Counter child = Counter.create();
                        scheduler.spawn(child, () -> fill(frame.allocate(64, 64), -1));
                        child.awaitWithoutHelping();
                    }
                    if (!mine.stream().allMatch(memory -> holds(memory, stamp))) {
                        wrong.incrementAndGet();
                    }
                });
            }
            counter.await();
            assertEquals(0, wrong.get());
        }
    }

    @ParameterizedTest
    @EnumSource(FiberProvider.class)
    void aFrameLivesUntilTheFrameAfterTheNextBegins(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider);
                FrameAllocator frame = small(scheduler).build()) {
            assertEquals(0, frame.frame());
            MemorySegment ofJob = scheduler.call(() -> frame.allocate(64));
            MemorySegment ofThread = frame.allocate(64);
            fill(ofJob, 7);
            fill(ofThread, 8);
            assertEquals(1, frame.nextFrame());
            scheduler.run(() -> {
                fill(frame.allocate(64), 9);
                assertTrue(holds(ofJob, 7) && holds(ofThread, 8));
            });
            assertEquals(2, frame.nextFrame());
            assertThrows(IllegalStateException.class, () -> ofJob.get(LONG, 0));
            assertThrows(IllegalStateException.class, () -> ofThread.asSlice(8).set(LONG, 0, 1));
            JobFailedException inAJob =
                    assertThrows(JobFailedException.class, () -> scheduler.run(() -> ofJob.get(LONG, 0)));
            assertInstanceOf(IllegalStateException.class, inAJob.getCause());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 16})
    void memoryIsUsedAgainFrameAfterFrame(int frames) {
        try (Scheduler scheduler = scheduler(FiberProvider.preferred());
                FrameAllocator frame = small(scheduler).frames(frames).build()) {
            Set<Long> addresses = new HashSet<>();
            for (int i = 0; i < 5 * frames; i++) {
                for (int block = 0; block < 3; block++) {
                    addresses.add(frame.allocate(BLOCK - 64).address());
                }
                frame.nextFrame();
            }
            assertEquals(3 * frames, addresses.size());
            assertEquals(3 * frames * BLOCK, frame.heldBytes());
        }
    }

    @Test
    void withoutTheCheckAnEndedFrameShowsWhatALaterOneWrote() {
        try (Scheduler scheduler = scheduler(FiberProvider.preferred());
                FrameAllocator frame = small(scheduler).frames(1).unchecked().build()) {
            MemorySegment before = frame.allocate(64);
            fill(before, 1);
            frame.nextFrame();
            MemorySegment after = frame.allocate(64);
            fill(after, 2);
            assertEquals(before.address(), after.address());
            assertTrue(holds(before, 2));
        }
    }

    @ParameterizedTest
    @EnumSource(FiberProvider.class)
    void aFrameThatIsFullSaysSoAndTheNextHasRoom(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider);
                FrameAllocator frame =
                        small(scheduler).bytesPerWorker(2 * BLOCK).build()) {
            scheduler.run(() -> {
                MemorySegment first = frame.allocate(BLOCK);
                fill(first, 5);
                frame.allocate(BLOCK - 64);
                String message = String.valueOf(assertThrows(FrameExhaustedException.class, () -> frame.allocate(128)));
                assertTrue(message.contains("128 bytes"), message);
                assertTrue(message.contains(2 * BLOCK + " of at most " + 2 * BLOCK), message);
                assertEquals(64, frame.allocate(64).byteSize());
                assertTrue(holds(first, 5));
                frame.nextFrame();
                frame.allocate(BLOCK);
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 2", "7, 64", "100, 4096", "0, 8"})
    void alignmentIsKept(long bytes, long alignment) {
        try (Scheduler scheduler = scheduler(FiberProvider.preferred());
                FrameAllocator frame = small(scheduler).build()) {
            frame.allocate(1, 1);
            MemorySegment memory = frame.allocate(bytes, alignment);
            assertEquals(bytes, memory.byteSize());
            assertEquals(0, memory.address() % alignment);
        }
    }

    @Test
    void whatIsLargerThanABlockHasOneOfItsOwn() {
        try (Scheduler scheduler = scheduler(FiberProvider.preferred());
                FrameAllocator frame = small(scheduler).build()) {
            for (int round = 0; round < 3; round++) {
                MemorySegment first = frame.allocate(64);
                MemorySegment large = frame.allocate(BLOCK + 1);
                MemorySegment second = frame.allocate(64);
                assertEquals(BLOCK + 1, large.byteSize());
                assertEquals(first.address() + 64, second.address());
                frame.nextFrame();
            }
            assertThrows(FrameExhaustedException.class, () -> frame.allocate(4 * BLOCK + 1));
        }
    }

    @Test
    void jobsThatAllocateWhileFramesBeginNeverShareMemory() {
        try (Scheduler scheduler = scheduler(FiberProvider.preferred());
                FrameAllocator frame = FrameAllocator.builder(scheduler)
                        .blockBytes(BLOCK)
                        .bytesPerWorker(1024 * BLOCK)
                        .build()) {
            AtomicInteger wrong = new AtomicInteger();
            Counter counter = Counter.create();
            scheduler.spawnBatch(counter, 0, 20_000, 16, (from, to) -> {
                List<MemorySegment> mine = new ArrayList<>();
                try {
                    for (int i = from; i < to; i++) {
                        MemorySegment memory = frame.allocate(256, 8);
                        fill(memory, from);
                        mine.add(memory);
                    }
                    wrong.addAndGet(mine.stream().allMatch(memory -> holds(memory, from)) ? 0 : 1);
                } catch (IllegalStateException ended) {
                    // Its frame has ended, of which it is told.
                }
            });
            while (counter.value() > 0) {
                frame.nextFrame();
            }
            counter.await();
            assertEquals(0, wrong.get());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void afterCloseNothingIsLeft(boolean checked) {
        try (Scheduler scheduler = scheduler(FiberProvider.preferred())) {
            FrameAllocator.Builder builder = small(scheduler);
            FrameAllocator frame = (checked ? builder : builder.unchecked()).build();
            MemorySegment ofJob = scheduler.call(() -> frame.allocate(64));
            MemorySegment ofThread = frame.allocate(64);
            frame.close();
            frame.close();
            assertEquals(0, frame.heldBytes());
            assertThrows(IllegalStateException.class, () -> ofJob.get(LONG, 0));
            assertThrows(IllegalStateException.class, () -> ofThread.get(LONG, 0));
            assertThrows(IllegalStateException.class, () -> frame.allocate(64));
            assertThrows(IllegalStateException.class, frame::nextFrame);
        }
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        try (Scheduler scheduler = scheduler(FiberProvider.preferred());
                FrameAllocator frame = small(scheduler).build()) {
            assertThrows(IllegalArgumentException.class, () -> frame.allocate(-1, 1));
            assertThrows(IllegalArgumentException.class, () -> frame.allocate(8, 3));
            assertThrows(IllegalArgumentException.class, () -> frame.allocate(8, 8192));
            FrameAllocator.Builder builder = FrameAllocator.builder(scheduler);
            assertThrows(IllegalArgumentException.class, () -> builder.frames(0));
            assertThrows(IllegalArgumentException.class, () -> builder.blockBytes(1));
            assertThrows(IllegalArgumentException.class, builder.bytesPerWorker(BLOCK)::build);
        }
    }
}
