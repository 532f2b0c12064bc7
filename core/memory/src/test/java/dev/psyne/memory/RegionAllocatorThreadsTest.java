package dev.psyne.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RegionAllocatorThreadsTest {
    private static final long BYTES = 64 << 20;
    private static final int STEPS = 100_000;

    @Test
    void twoThreadsThatFreeEachOthersBlocksLoseNothing() throws Exception {
        try (Region region = Region.anonymous(BYTES);
                RegionAllocator allocator = RegionAllocator.over(region)) {
            BlockingQueue<MemorySegment> left = new LinkedBlockingQueue<>();
            BlockingQueue<MemorySegment> right = new LinkedBlockingQueue<>();
            FutureTask<Void> first = new FutureTask<>(() -> exchange(allocator, 1, left, right));
            FutureTask<Void> second = new FutureTask<>(() -> exchange(allocator, 2, right, left));
            List<Thread> threads = List.of(new Thread(first), new Thread(second));
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            first.get();
            second.get();
            left.forEach(allocator::free);
            right.forEach(allocator::free);
            assertNothingIsLost(allocator);
        }
    }

    @Test
    void theCachesOfDeadThreadsAreTakenBack() throws Exception {
        try (Region region = Region.anonymous(BYTES);
                RegionAllocator allocator = RegionAllocator.over(region, new AllocatorOptions(1 << 20, 2, false))) {
            for (int i = 0; i < 50; i++) {
                Thread thread = new Thread(() -> churn(allocator));
                thread.start();
                thread.join();
            }
            assertEquals(BYTES, allocator.allocate(BYTES).byteSize());
        }
    }

    @Test
    void manyVirtualThreadsShareAFewCaches() throws Exception {
        try (Region region = Region.anonymous(BYTES);
                RegionAllocator allocator = RegionAllocator.over(region)) {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<Void>> work = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    work.add(() -> {
                        churn(allocator);
                        return null;
                    });
                }
                all(threads, work);
            }
            assertNothingIsLost(allocator);
        }
    }

    @Test
    void ofTwoThatFreeOneBlockAtOnceOneIsRefused() throws Exception {
        try (Region region = Region.anonymous(BYTES);
                RegionAllocator allocator = RegionAllocator.over(region);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            AtomicInteger refused = new AtomicInteger();
            CyclicBarrier barrier = new CyclicBarrier(2);
            int rounds = 2_000;
            long[] block = new long[1];
            Callable<Void> racer = () -> {
                for (int i = 0; i < rounds; i++) {
                    if (barrier.await() == 0) {
                        block[0] = allocator.allocateOffset(i % 2 == 0 ? 256 : 100_000);
                    }
                    barrier.await();
                    try {
                        allocator.freeOffset(block[0]);
                    } catch (IllegalStateException second) {
                        refused.incrementAndGet();
                    }
                }
                return null;
            };
            all(threads, List.of(racer, racer));
            assertEquals(rounds, refused.get());
        }
    }

    private static Void exchange(
            RegionAllocator allocator, int seed, BlockingQueue<MemorySegment> out, BlockingQueue<MemorySegment> in) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int step = 0; step < STEPS; step++) {
            long bytes = (long) (8 * Math.exp(random.nextDouble() * Math.log(8192)));
            MemorySegment block = allocator.allocate(bytes);
            block.set(ValueLayout.JAVA_LONG, 0, block.address());
            out.add(block);
            MemorySegment other = in.size() > 20 ? in.poll() : null;
            if (other != null) {
                assertEquals(other.address(), other.get(ValueLayout.JAVA_LONG, 0));
                allocator.free(other);
            }
            while (out.size() > 100) {
                MemorySegment mine = out.poll();
                if (mine != null) {
                    assertEquals(mine.address(), mine.get(ValueLayout.JAVA_LONG, 0));
                    allocator.free(mine);
                }
            }
        }
        return null;
    }

    private static void churn(RegionAllocator allocator) {
        long[] blocks = new long[50];
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = allocator.allocateOffset(64L << (i % 8));
            }
            for (long block : blocks) {
                allocator.freeOffset(block);
            }
        }
    }

    private static void assertNothingIsLost(RegionAllocator allocator) {
        allocator.trim();
        assertEquals(BYTES, allocator.statistics().largestFreeBlockBytes());
    }

    private static void all(ExecutorService threads, List<Callable<Void>> work) throws Exception {
        for (Future<Void> done : threads.invokeAll(work)) {
            done.get();
        }
    }
}
