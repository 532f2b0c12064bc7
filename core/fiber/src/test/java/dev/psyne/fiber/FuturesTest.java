package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class FuturesTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @ParameterizedTest
    @EnumSource
    void jobsThatWaitForAFutureLeaveTheWorkerToTheOneThatCompletesIt(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider)) {
            CompletableFuture<Integer> first = new CompletableFuture<>();
            BlockingQueue<Integer> seen = new LinkedBlockingQueue<>();
            Counter counter = Counter.create();
            for (int i = 0; i < 1000; i++) {
                int waiter = i;
                scheduler.spawn(counter, () -> {
                    switch (waiter % 4) {
                        case 0 -> seen.add(Futures.await(first));
                        case 1 -> seen.add(Futures.await(first, LONG));
                        case 2 -> seen.add(Futures.awaitStage(first.minimalCompletionStage()));
                        default -> seen.add(Futures.awaitStage(new ForeignStage<>(first), LONG));
                    }
                });
            }
            scheduler.spawn(counter, () -> first.complete(7));
            counter.awaitWithoutHelping();
            assertEquals(1000, seen.size());
            assertTrue(seen.stream().allMatch(value -> value == 7));
        }
    }

    @ParameterizedTest
    @EnumSource
    void threadsOfEachKindWait(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler = scheduler(provider)) {
            CompletableFuture<String> future = new CompletableFuture<>();
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            Runnable waiter = () -> seen.add(Futures.await(future));
            scheduler.spawn(waiter);
            Thread.ofVirtual().start(waiter);
            Thread.ofPlatform().start(waiter);
            Thread.ofPlatform().start(() -> future.complete("done"));
            for (int i = 0; i < 3; i++) {
                assertEquals("done", seen.poll(30, TimeUnit.SECONDS));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureArrivesWithoutItsWrappers(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider)) {
            IOException broken = new IOException("broken");
            CompletableFuture<Integer> source = new CompletableFuture<>();
            CompletableFuture<Integer> late =
                    source.thenApply(value -> value + 1).thenApply(value -> value + 1);
            assertSame(broken, scheduler.call(() -> {
                scheduler.spawn(() -> source.completeExceptionally(new CompletionException(broken)));
                return failure(() -> Futures.await(late));
            }));
            assertSame(broken, failure(() -> Futures.await(late, LONG)));
            assertSame(broken, failure(() -> Futures.awaitStage(late.minimalCompletionStage())));
            assertSame(broken, failure(() -> Futures.awaitStage(new ForeignStage<>(late))));
            FutureTask<Integer> task = new FutureTask<>(() -> {
                throw broken;
            });
            task.run();
            assertSame(broken, failure(() -> Futures.await(task)));
            CompletableFuture<Integer> cancelled = new CompletableFuture<>();
            cancelled.cancel(true);
            assertInstanceOf(CancellationException.class, failure(() -> Futures.await(cancelled)));
            assertInstanceOf(CancellationException.class, failure(() -> Futures.await(cancelled, Duration.ZERO)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTimedWaitEndsInTimeAndLeavesTheFutureAlone(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider)) {
            CompletableFuture<Integer> future = new CompletableFuture<>();
            for (int i = 0; i < 100; i++) {
                scheduler.run(() ->
                        assertThrows(AwaitTimeoutException.class, () -> Futures.await(future, Duration.ofNanos(1000))));
            }
            for (Duration none : new Duration[] {Duration.ZERO, Duration.ofSeconds(Long.MIN_VALUE)}) {
                assertThrows(AwaitTimeoutException.class, () -> Futures.awaitStage(future, none));
            }
            assertEquals(0, future.getNumberOfDependents());
            future.complete(5);
            assertEquals(5, Futures.await(future, Duration.ZERO));
            assertEquals(5, Futures.await(future, Duration.ofSeconds(Long.MAX_VALUE)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsTheWaitAndNotTheFuture(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler = scheduler(provider)) {
            CompletableFuture<Integer> future = new CompletableFuture<>();
            BlockingQueue<Thread> waiting = new LinkedBlockingQueue<>();
            CompletableFuture<Boolean> flag = Futures.spawn(scheduler, () -> {
                waiting.add(Thread.currentThread());
                assertThrows(AwaitInterruptedException.class, () -> Futures.await(future));
                assertThrows(AwaitInterruptedException.class, () -> Futures.await(future, LONG));
                return Thread.currentThread().isInterrupted();
            });
            waiting.take().interrupt();
            assertTrue(Futures.await(flag, LONG));
            assertFalse(future.isDone());
            future.complete(3);
            Thread.currentThread().interrupt();
            assertEquals(3, Futures.await(future));
            assertTrue(Thread.interrupted());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSpawnedJobCompletesItsFuture(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider)) {
            assertEquals(
                    42,
                    Futures.spawn(scheduler, () -> 41)
                            .thenApply(value -> value + 1)
                            .join());
            assertNull(Futures.await(Futures.spawn(scheduler, () -> null)));
            IOException broken = new IOException("broken");
            CompletableFuture<Integer> failing = Futures.spawn(scheduler, () -> {
                throw broken;
            });
            assertSame(broken, failure(() -> Futures.await(failing)));
            assertSame(broken, failing.exceptionNow());
            int sum = scheduler.call(() -> {
                CompletableFuture<Integer> left = Futures.spawn(scheduler, () -> 1);
                CompletableFuture<Integer> right = Futures.spawn(scheduler, () -> 2);
                return Futures.await(left.thenCombine(right, Integer::sum));
            });
            assertEquals(3, sum);
        }
    }

    @Test
    void aFutureCancelledBeforeItsJobBeginsTakesItsPlace() {
        try (Scheduler scheduler = scheduler(FiberProvider.LOOP_FIBERS)) {
            BlockingQueue<String> ran = new LinkedBlockingQueue<>();
            scheduler.run(() -> {
                CompletableFuture<Boolean> future = Futures.spawn(scheduler, () -> ran.add("cancelled"));
                future.cancel(false);
            });
            scheduler.run(() -> {});
            assertTrue(ran.isEmpty());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeInterruptsAJobThatWaitsForAFuture(FiberProvider provider) {
        Scheduler scheduler = Scheduler.builder()
                .workers(1)
                .fibers(provider)
                .drainTimeout(Duration.ofMillis(20))
                .build();
        CompletableFuture<Object> waiting =
                Futures.spawn(scheduler, () -> Futures.await(new CompletableFuture<Object>()));
        scheduler.close();
        assertInstanceOf(AwaitInterruptedException.class, failure(() -> Futures.await(waiting, LONG)));
        assertThrows(JobRejectedException.class, () -> Futures.spawn(scheduler, () -> 1));
    }

    @Test
    void theFutureOfADroppedJobFails() throws InterruptedException {
        Scheduler scheduler = Scheduler.builder()
                .workers(1)
                .fibers(FiberProvider.LOOP_FIBERS)
                .drainTimeout(Duration.ofMillis(20))
                .build();
        BlockingQueue<String> begun = new LinkedBlockingQueue<>();
        scheduler.spawn(() -> {
            begun.add("begun");
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
        });
        begun.take();
        CompletableFuture<Integer> dropped = Futures.spawn(scheduler, () -> 1);
        scheduler.close();
        assertInstanceOf(JobRejectedException.class, failure(() -> Futures.await(dropped)));
    }

    static Scheduler scheduler(FiberProvider provider) {
        return Scheduler.builder().workers(1).fibers(provider).build();
    }

    private static Throwable failure(Runnable wait) {
        return assertInstanceOf(
                Throwable.class,
                assertThrows(JobFailedException.class, wait::run).getCause());
    }

    /** A stage that will not become a future, as the interface permits. */
    private static final class ForeignStage<T> extends CompletableFuture<T> {
        ForeignStage(CompletableFuture<T> source) {
            source.whenComplete((value, failure) -> {
                if (failure == null) {
                    complete(value);
                } else {
                    completeExceptionally(failure);
                }
            });
        }

        @Override
        public CompletableFuture<T> toCompletableFuture() {
            throw new UnsupportedOperationException();
        }
    }
}
