package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ForkTest {
    @ParameterizedTest
    @EnumSource
    void theHalvesOfATreeComeTogether(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            assertEquals(6765, scheduler.call(() -> fibonacci(scheduler, 20)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void forksMayBeJoinedInAnyOrder(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            int sum = scheduler.call(() -> {
                List<Fork<Integer>> forks = new ArrayList<>();
                for (int i = 0; i < 1000; i++) {
                    int number = i;
                    forks.add(scheduler.fork(() -> number));
                }
                return forks.stream().mapToInt(Fork::join).sum();
            });
            assertEquals(499_500, sum);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyKindOfThreadJoins(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            CountDownLatch gate = new CountDownLatch(1);
            CountDownLatch joined = new CountDownLatch(3);
            Fork<String> fork = scheduler.fork(() -> {
                SchedulerTest.await(gate);
                return "done";
            });
            Runnable joiner = () -> {
                assertEquals("done", fork.join());
                joined.countDown();
            };
            scheduler.spawn(joiner);
            Thread.ofVirtual().start(joiner);
            Thread.ofPlatform().start(joiner);
            assertFalse(fork.isDone());
            gate.countDown();
            assertTrue(joined.await(30, TimeUnit.SECONDS));
            assertTrue(fork.isDone());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureIsThrownByEveryJoinWithItsCause(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            IllegalStateException thrown = new IllegalStateException("halved wrong");
            Fork<String> fork = scheduler.fork(() -> {
                throw thrown;
            });
            for (int i = 0; i < 2; i++) {
                assertSame(
                        thrown,
                        assertThrows(JobFailedException.class, fork::join).getCause());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aForkMayComeToNull(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            assertNull(scheduler.call(() -> scheduler.fork(() -> null).join()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aForkHasWhatItsSpawnerHasBound(FiberProvider provider) {
        JobLocal<String> user = JobLocal.withDefault("nobody");
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            String seen = scheduler.call(() ->
                    user.call("ada", () -> scheduler.fork(() -> user.get()).join()));
            assertEquals("ada", seen);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aForkThatNeverRunsFailsAtItsJoin(FiberProvider provider) throws InterruptedException {
        Scheduler scheduler = Scheduler.builder()
                .workers(1)
                .fibers(provider)
                .drainTimeout(java.time.Duration.ZERO)
                .build();
        CountDownLatch begun = new CountDownLatch(1);
        scheduler.spawn(() -> {
            begun.countDown();
            SchedulerTest.await(new CountDownLatch(1));
        });
        begun.await();
        Fork<String> fork = scheduler.fork(() -> {
            SchedulerTest.await(new CountDownLatch(1));
            return "ran";
        });
        scheduler.close();
        Throwable cause = assertThrows(JobFailedException.class, fork::join).getCause();
        assertInstanceOf(RuntimeException.class, cause);
    }

    private static int fibonacci(Scheduler scheduler, int argument) {
        if (argument < 2) {
            return argument;
        }
        Fork<Integer> left = scheduler.fork(() -> fibonacci(scheduler, argument - 1));
        int right = fibonacci(scheduler, argument - 2);
        return left.join() + right;
    }
}
