package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs that wait where their stack cannot be set aside. */
@Timeout(60)
class HeldWorkersTest {
    @ParameterizedTest
    @EnumSource
    void aPinnedJobMayWaitForOneThatHasNoWorkerLeft(FiberProvider provider) {
        try (Scheduler scheduler =
                Scheduler.builder().workers(1).fibers(provider).build()) {
            AtomicInteger ran = new AtomicInteger();
            scheduler.run(() -> PinnedWait.run(() -> {
                Counter counter = Counter.create();
                scheduler.spawn(counter, ran::incrementAndGet);
                counter.awaitWithoutHelping();
            }));
            assertEquals(1, ran.get());
        }
    }

    @Test
    void aPinnedJobIsCountedAndShownWithItsStack() {
        try (Scheduler scheduler = loopFibers(2)) {
            CountDownLatch gate = new CountDownLatch(1);
            Counter counter = Counter.create();
            scheduler.spawn(counter, () -> PinnedWait.run(() -> SchedulerTest.await(gate)));
            Eventually.holds(() -> scheduler.lastPinned().isPresent());
            PinnedJob pinned = scheduler.lastPinned().orElseThrow();
            assertTrue(pinned.worker().contains("-worker-"), pinned.worker());
            assertTrue(
                    pinned.stack().stream()
                            .anyMatch(frame -> frame.getMethodName().equals("runBody")),
                    pinned.stack()::toString);
            assertEquals(
                    1,
                    scheduler.workerStatistics().stream()
                            .mapToLong(WorkerStatistics::pins)
                            .sum());
            gate.countDown();
            counter.await();
        }
    }

    @Test
    void moreJobsThanWorkersMayMeetPinned() {
        try (Scheduler scheduler = loopFibers(2)) {
            CountDownLatch all = new CountDownLatch(5);
            Counter counter = Counter.create();
            AtomicInteger ran = new AtomicInteger();
            for (int i = 0; i < 5; i++) {
                scheduler.spawn(
                        counter,
                        () -> PinnedWait.run(() -> {
                            // What a job on a spare worker spawns is for everybody.
                            scheduler.spawn(counter, ran::incrementAndGet);
                            all.countDown();
                            SchedulerTest.await(all);
                        }));
            }
            counter.await();
            assertEquals(5, ran.get());
        }
    }

    @Test
    void aBlockingCallOfTheKernelLeavesRoomForTheJobThatEndsIt() throws IOException {
        Pipe pipe = Pipe.open();
        try (Scheduler scheduler = loopFibers(1);
                Pipe.SourceChannel source = pipe.source();
                Pipe.SinkChannel sink = pipe.sink()) {
            Counter counter = Counter.create();
            scheduler.spawn(
                    counter,
                    () -> PinnedWait.run(() -> {
                        scheduler.spawn(counter, () -> write(sink));
                        read(source);
                    }));
            counter.await();
        }
    }

    private static void write(Pipe.SinkChannel sink) {
        try {
            sink.write(ByteBuffer.wrap(new byte[] {1}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(Pipe.SourceChannel source) {
        try {
            assertEquals(1, source.read(ByteBuffer.allocate(1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Scheduler loopFibers(int workers) {
        return Scheduler.builder()
                .workers(workers)
                .fibers(FiberProvider.LOOP_FIBERS)
                .build();
    }
}
