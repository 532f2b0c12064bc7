package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Virtual threads that a job starts without asking the scheduler, as libraries do. */
@Timeout(60)
class StartedThreadsTest {
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    @ParameterizedTest
    @EnumSource
    void theyRunWaitAndStartOthers(FiberProvider provider) throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        try (Scheduler scheduler = scheduler(provider)) {
            scheduler.run(() -> Thread.startVirtualThread(() -> {
                SchedulerTest.await(gate);
                answers.add("child");
                Thread.startVirtualThread(() -> answers.add("grandchild"));
            }));
            gate.countDown();
            assertEquals("child", answers.poll(30, TimeUnit.SECONDS));
            assertEquals("grandchild", answers.poll(30, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aJobMayJoinThem(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider)) {
            boolean ended = scheduler.call(() -> {
                Thread child = Thread.startVirtualThread(() -> answers.add("child"));
                return child.join(Duration.ofSeconds(30));
            });
            assertTrue(ended);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theyOutliveTheScheduler(FiberProvider provider) throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        try (Scheduler scheduler = scheduler(provider)) {
            scheduler.run(() -> Thread.startVirtualThread(() -> {
                SchedulerTest.await(gate);
                answers.add("after");
            }));
        }
        gate.countDown();
        assertEquals("after", answers.poll(30, TimeUnit.SECONDS));
    }

    private static Scheduler scheduler(FiberProvider provider) {
        return Scheduler.builder().workers(1).fibers(provider).build();
    }
}
