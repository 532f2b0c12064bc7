package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class SchedulerExecutorTest {
    @ParameterizedTest
    @EnumSource
    void carriesTheStagesOfAFuture(FiberProvider provider) {
        try (Scheduler scheduler = FuturesTest.scheduler(provider)) {
            SchedulerExecutor executor = SchedulerExecutor.of(scheduler);
            CompletableFuture<Integer> answer = CompletableFuture.supplyAsync(() -> 20, executor)
                    .thenCombineAsync(CompletableFuture.supplyAsync(() -> 22, executor), Integer::sum, executor);
            assertEquals(42, Futures.await(answer));
            String thread = Futures.await(
                    CompletableFuture.supplyAsync(() -> Thread.currentThread().getName(), executor));
            assertTrue(thread.startsWith("psyne-fiber-"), thread);
        }
    }

    @ParameterizedTest
    @EnumSource
    void commandsWaitForEachOtherOnOneWorker(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler = FuturesTest.scheduler(provider)) {
            ExecutorCompletionService<Integer> service =
                    new ExecutorCompletionService<>(SchedulerExecutor.of(scheduler));
            CompletableFuture<Integer> gate = new CompletableFuture<>();
            for (int i = 0; i < 100; i++) {
                service.submit(() -> Futures.await(gate));
            }
            service.submit(() -> {
                gate.complete(1);
                return 1;
            });
            int sum = 0;
            for (int i = 0; i < 101; i++) {
                sum += Futures.await(service.take());
            }
            assertEquals(101, sum);
        }
    }

    @ParameterizedTest
    @EnumSource
    void failuresGoToTheHandlerAndAClosedSchedulerRejects(FiberProvider provider) throws InterruptedException {
        BlockingQueue<Throwable> caught = new LinkedBlockingQueue<>();
        Scheduler scheduler = Scheduler.builder()
                .workers(1)
                .fibers(provider)
                .uncaughtExceptionHandler((thread, failure) -> caught.add(failure))
                .build();
        SchedulerExecutor executor = SchedulerExecutor.of(scheduler);
        IllegalStateException broken = new IllegalStateException("broken");
        executor.execute(() -> {
            throw broken;
        });
        assertSame(broken, caught.take());
        scheduler.close();
        assertThrows(RejectedExecutionException.class, () -> executor.execute(() -> {}));
    }
}
