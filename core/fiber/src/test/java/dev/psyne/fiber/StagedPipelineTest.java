package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class StagedPipelineTest {
    private static final int ITEMS = 5000;

    @ParameterizedTest
    @EnumSource
    void itemsArriveInTheOrderOfTheSource(FiberProvider provider) {
        try (Scheduler scheduler = ParallelTest.scheduler(provider, 3)) {
            for (int underWay : new int[] {1, 2, 3, 16, 100}) {
                List<Integer> seen = new ArrayList<>();
                List<String> arrived = new ArrayList<>();
                StagedPipeline<Integer, String> pipeline = StagedPipeline.<Integer>create()
                        .parallel(StagedPipelineTest::uneven)
                        .inOrder(item -> {
                            seen.add(item);
                            return item;
                        })
                        .parallel(StagedPipelineTest::uneven)
                        .parallel(item -> "item " + item);
                assertEquals(ITEMS, pipeline.run(scheduler, items(), underWay, arrived::add));
                assertEquals(IntStream.range(0, ITEMS).boxed().toList(), seen);
                assertEquals(
                        IntStream.range(0, ITEMS).mapToObj(i -> "item " + i).toList(), arrived);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSourceIsNotAskedWhileAllItemsAreUnderWay(FiberProvider provider) {
        try (Scheduler scheduler = ParallelTest.scheduler(provider, 3)) {
            AtomicInteger underWay = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            Iterator<Integer> source = IntStream.range(0, ITEMS)
                    .peek(i -> most.accumulateAndGet(underWay.incrementAndGet(), Math::max))
                    .iterator();
            StagedPipeline.<Integer>create()
                    .parallel(StagedPipelineTest::uneven)
                    .run(scheduler, source, 7, item -> underWay.decrementAndGet());
            assertTrue(most.get() <= 7, () -> most + " items under way");
        }
    }

    @ParameterizedTest
    @EnumSource
    void itemsThatWaitForEachOtherAreUnderWayTogetherOnOneWorker(FiberProvider provider) {
        try (Scheduler scheduler = ParallelTest.scheduler(provider, 1)) {
            CyclicBarrier all = new CyclicBarrier(10);
            StagedPipeline<Integer, Integer> pipeline = StagedPipeline.<Integer>create()
                    .parallel(item -> {
                        try {
                            return all.await();
                        } catch (InterruptedException | BrokenBarrierException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            AtomicInteger arrived = new AtomicInteger();
            scheduler.run(() -> pipeline.run(scheduler, items(), 10, item -> arrived.incrementAndGet()));
            assertEquals(ITEMS, arrived.get());
        }
    }

    @ParameterizedTest
    @EnumSource
    void allItemsBeforeTheFirstFailureArriveAndNoneAfterIt(FiberProvider provider) {
        Random random = new Random(5);
        try (Scheduler scheduler = ParallelTest.scheduler(provider, 3)) {
            for (int round = 0; round < 100; round++) {
                int first = random.nextInt(200);
                int failingStage = 1 + random.nextInt(3);
                List<Integer> arrived = new ArrayList<>();
                List<Integer> counted = new ArrayList<>();
                StageFailedException failed = assertThrows(
                        StageFailedException.class,
                        () -> StagedPipeline.<Integer>create()
                                .parallel(item -> failFrom(first, 1, failingStage, uneven(item)))
                                .inOrder(item -> {
                                    counted.add(item);
                                    return failFrom(first, 2, failingStage, item);
                                })
                                .run(scheduler, items(), 20, item -> {
                                    failFrom(first, 3, failingStage, item);
                                    arrived.add(item);
                                }));
                assertEquals(first, failed.item());
                assertEquals(failingStage, failed.stage());
                assertEquals(
                        "item " + first + " failed in stage " + failingStage + ": " + failed.getCause(),
                        failed.getMessage());
                assertEquals(IntStream.range(0, first).boxed().toList(), arrived);
                if (failingStage < 3) {
                    assertEquals(first + failingStage - 1, counted.size());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailingSourceIsStageZero(FiberProvider provider) {
        try (Scheduler scheduler = ParallelTest.scheduler(provider, 2)) {
            IllegalStateException failure = new IllegalStateException();
            Iterator<Integer> source = IntStream.range(0, ITEMS)
                    .peek(i -> {
                        if (i == 40) {
                            throw failure;
                        }
                    })
                    .iterator();
            AtomicInteger arrived = new AtomicInteger();
            StageFailedException failed = assertThrows(
                    StageFailedException.class,
                    () -> StagedPipeline.<Integer>create()
                            .run(scheduler, source, 8, item -> arrived.incrementAndGet()));
            assertSame(failure, failed.getCause());
            assertEquals(0, failed.stage());
            assertEquals(40, failed.item());
            assertEquals(40, arrived.get());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCallerThatIsInterruptedDropsAllItems(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler = ParallelTest.scheduler(provider, 2)) {
            CountDownLatch reached = new CountDownLatch(2);
            CountDownLatch release = new CountDownLatch(1);
            AtomicInteger arrived = new AtomicInteger();
            Thread caller = Thread.ofVirtual()
                    .start(() -> assertThrows(
                            AwaitInterruptedException.class,
                            () -> StagedPipeline.<Integer>create()
                                    .parallel(item -> {
                                        reached.countDown();
                                        awaitRelease(release);
                                        return item;
                                    })
                                    .run(scheduler, items(), 2, item -> arrived.incrementAndGet())));
            reached.await();
            caller.interrupt();
            caller.join();
            release.countDown();
            scheduler.close();
            assertEquals(0, arrived.get());
        }
    }

    @ParameterizedTest
    @EnumSource
    void runsWithFewerItemsIfTheQueueIsShort(FiberProvider provider) {
        try (Scheduler scheduler =
                Scheduler.builder().workers(1).queuedJobs(2).fibers(provider).build()) {
            assertEquals(ITEMS, StagedPipeline.<Integer>create().run(scheduler, items(), 1000, item -> {}));
        }
    }

    @Test
    void refusesABoundThatIsNoneAndAClosedScheduler() {
        Scheduler scheduler = Scheduler.create(1);
        StagedPipeline<Integer, Integer> pipeline = StagedPipeline.create();
        try (scheduler) {
            assertThrows(IllegalArgumentException.class, () -> pipeline.run(scheduler, items(), 0, item -> {}));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> pipeline.run(scheduler, items(), StagedPipeline.MAX_ITEMS_UNDER_WAY + 1, item -> {}));
        }
        assertThrows(JobRejectedException.class, () -> pipeline.run(scheduler, items(), 1, item -> {}));
    }

    private static Iterator<Integer> items() {
        return IntStream.range(0, ITEMS).iterator();
    }

    private static void awaitRelease(CountDownLatch release) {
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int failFrom(int first, int stage, int failingStage, int item) {
        if (item >= first && stage == failingStage) {
            throw new IllegalStateException("no " + item);
        }
        return item;
    }

    /** Takes longer for some items, so that they overtake each other. */
    private static int uneven(int item) {
        for (int turn = 0; turn < item % 7; turn++) {
            Thread.yield();
        }
        return item;
    }
}
