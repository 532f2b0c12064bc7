package dev.psyne.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.psyne.platform.VirtualMemory;
import dev.psyne.platform.VirtualMemory.Choice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One closes while many use: each user ends with an exception, and the JVM lives. */
class RegionRaceTest {
    private static final int ROUNDS = 100;
    private static final int THREADS = 4;
    private static final int BYTES = 1 << 12;

    private final AtomicLong used = new AtomicLong();
    private final AtomicReference<Throwable> unexpected = new AtomicReference<>();

    @ParameterizedTest
    @EnumSource(
            value = Choice.class,
            names = {"AUTOMATIC", "ARENA"})
    void readersOfSegmentsGetAnExceptionWhenTheRegionGoes(Choice choice) throws InterruptedException {
        race(VirtualMemory.of(choice), region -> sum(region.segment()));
    }

    @ParameterizedTest
    @EnumSource(
            value = Choice.class,
            names = {"AUTOMATIC", "ARENA"})
    void holdersOfLeasesReadTheBareAddressSafely(Choice choice) throws InterruptedException {
        race(VirtualMemory.of(choice), region -> {
            try (RegionLease lease = region.acquire()) {
                return sum(MemorySegment.ofAddress(lease.address()).reinterpret(lease.bytes()));
            }
        });
    }

    private interface Use {
        long of(Region region);
    }

    private void race(VirtualMemory memory, Use use) throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            Region region = Region.builder(BYTES).source(memory).build();
            region.segment().fill((byte) 1);
            CountDownLatch reading = new CountDownLatch(THREADS);
            List<Thread> threads = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                threads.add(Thread.ofPlatform().start(() -> useUntilClosed(region, use, reading)));
            }
            reading.await();
            region.close();
            for (Thread thread : threads) {
                thread.join();
            }
            assertNull(unexpected.get());
        }
        assertEquals(0, used.get() % BYTES, "a read saw memory that was not the region's");
    }

    private void useUntilClosed(Region region, Use use, CountDownLatch reading) {
        try {
            used.addAndGet(use.of(region));
            reading.countDown();
            while (true) {
                used.addAndGet(use.of(region));
            }
        } catch (IllegalStateException closed) {
            reading.countDown();
        } catch (Throwable other) {
            unexpected.set(other);
            reading.countDown();
        }
    }

    private static long sum(MemorySegment segment) {
        long sum = 0;
        for (long at = 0; at < segment.byteSize(); at++) {
            sum += segment.get(ValueLayout.JAVA_BYTE, at);
        }
        return sum;
    }
}
