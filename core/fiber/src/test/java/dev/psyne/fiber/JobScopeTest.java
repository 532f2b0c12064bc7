package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class JobScopeTest {
    private final CountDownLatch never = new CountDownLatch(1);
    private final CountDownLatch waiting = new CountDownLatch(1);

    @ParameterizedTest
    @EnumSource
    void resultsAreThereOnceTheScopeWasAwaited(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider);
                JobScope scope = JobScope.open(scheduler)) {
            List<JobResult<Integer>> squares = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int number = i;
                squares.add(scope.spawn(() -> number * number));
            }
            scope.await();
            for (int i = 0; i < 100; i++) {
                assertTrue(squares.get(i).isDone());
                assertEquals(i * i, squares.get(i).get());
            }
        }
    }

    /** With one worker it runs on the stack of the scope's job. */
    @ParameterizedTest
    @EnumSource
    void aScopeOpenedInAJobOfNoScopeIsNobodysChild(FiberProvider provider) {
        try (Scheduler scheduler =
                        Scheduler.builder().workers(1).fibers(provider).build();
                JobScope outer = JobScope.open(scheduler)) {
            List<Boolean> cancelled = new ArrayList<>();
            JobResult<Boolean> own = outer.spawn(() -> {
                Counter counter = Counter.create();
                scheduler.spawn(counter, () -> {
                    try (JobScope inner = JobScope.open(scheduler)) {
                        outer.cancel();
                        cancelled.add(inner.isCancelled());
                    }
                });
                Uninterruptibly.await(counter::await);
                try (JobScope inner = JobScope.open(scheduler)) {
                    return inner.isCancelled();
                }
            });
            assertThrows(JobCancelledException.class, outer::await);
            assertEquals(List.of(false), cancelled);
            assertTrue(own.get());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureGivesUpTheOthersAndIsTheAwaitsCause(FiberProvider provider) {
        IllegalStateException thrown = new IllegalStateException("broken");
        try (Scheduler scheduler = scheduler(provider);
                JobScope scope = JobScope.open(scheduler)) {
            JobResult<Object> stuck = scope.spawn(this::waitForEver);
            JobResult<Object> failing = scope.spawn(() -> {
                waiting.await();
                throw thrown;
            });
            assertSame(
                    thrown, assertThrows(JobFailedException.class, scope::await).getCause());
            assertThrows(JobCancelledException.class, stuck::get);
            assertSame(
                    thrown, assertThrows(JobFailedException.class, failing::get).getCause());
            assertThrows(JobCancelledException.class, () -> scope.spawn(() -> 1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCancelReachesTheScopesOfItsJobs(FiberProvider provider) throws InterruptedException {
        AtomicInteger interrupted = new AtomicInteger();
        try (Scheduler scheduler = scheduler(provider);
                JobScope scope = JobScope.open(scheduler)) {
            JobResult<Object> parent = scope.spawn(() -> {
                try (JobScope inner = JobScope.open(scheduler)) {
                    inner.spawn(() -> {
                        try {
                            return waitForEver();
                        } catch (InterruptedException expected) {
                            interrupted.incrementAndGet();
                            throw expected;
                        }
                    });
                    inner.await();
                    return "not reached";
                }
            });
            waiting.await();
            scope.cancel();
            assertThrows(JobCancelledException.class, scope::await);
            assertThrows(JobCancelledException.class, parent::get);
            assertEquals(1, interrupted.get());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theDeadlineEndsWhatIsNotDone(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider);
                JobScope scope = JobScope.open(scheduler, Duration.ofMillis(20))) {
            JobResult<Object> stuck = scope.spawn(this::waitForEver);
            String message = String.valueOf(
                    assertThrows(JobCancelledException.class, scope::await).getMessage());
            assertTrue(message.contains("PT0.02S"), message);
            assertThrows(JobCancelledException.class, stuck::get);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noJobOutlivesTheClose(FiberProvider provider) throws InterruptedException {
        AtomicInteger ended = new AtomicInteger();
        try (Scheduler scheduler = scheduler(provider)) {
            try (JobScope scope = JobScope.open(scheduler)) {
                scope.spawn(() -> {
                    try {
                        return waitForEver();
                    } finally {
                        ended.incrementAndGet();
                    }
                });
                waiting.await();
            }
            assertEquals(1, ended.get());
            assertEquals("the next", scheduler.call(() -> "the next"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptThatWasMeantForOneJobDoesNotReachTheNext(FiberProvider provider) {
        try (Scheduler scheduler =
                Scheduler.builder().workers(1).fibers(provider).build()) {
            for (int round = 0; round < 200; round++) {
                try (JobScope scope = JobScope.open(scheduler)) {
                    scope.spawn(() -> {
                        while (!scope.isCancelled()) {
                            Thread.onSpinWait();
                        }
                        return 1;
                    });
                    scope.cancel();
                }
                assertFalse(scheduler.call(() -> Thread.currentThread().isInterrupted()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aJobThatTheSchedulersCloseDropsFailsWithTheReason(FiberProvider provider) throws InterruptedException {
        Scheduler scheduler = Scheduler.builder()
                .workers(1)
                .fibers(provider)
                .drainTimeout(Duration.ZERO)
                .build();
        CountDownLatch begun = new CountDownLatch(1);
        JobScope scope = JobScope.open(scheduler);
        scope.spawn(() -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return "never";
        });
        begun.await();
        JobResult<String> dropped = scope.spawn(() -> {
            new CountDownLatch(1).await();
            return "never";
        });
        scheduler.close();
        assertThrows(JobFailedException.class, scope::await);
        assertTrue(dropped.isDone());
        assertThrows(RuntimeException.class, dropped::get);
        scope.close();
    }

    @ParameterizedTest
    @EnumSource
    void misuseIsRefused(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler = scheduler(provider)) {
            assertThrows(IllegalArgumentException.class, () -> JobScope.open(scheduler, Duration.ZERO));
            JobScope scope = JobScope.open(scheduler);
            JobResult<Object> running = scope.spawn(this::waitForEver);
            waiting.await();
            assertThrows(IllegalStateException.class, running::get);
            scope.close();
            scope.close();
            assertThrows(IllegalStateException.class, () -> scope.spawn(() -> 1));
        }
    }

    private Object waitForEver() throws InterruptedException {
        waiting.countDown();
        never.await();
        return "not reached";
    }

    private static Scheduler scheduler(FiberProvider provider) {
        return Scheduler.builder().workers(2).fibers(provider).build();
    }
}
