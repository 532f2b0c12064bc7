package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.spi.DeviceQueue;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DeviceJobTest {
    static Stream<Arguments> fibersAndQueues() {
        return Stream.of(FiberProvider.values())
                .flatMap(provider -> Stream.of(true, false).map(signalled -> Arguments.of(provider, signalled)));
    }

    @ParameterizedTest
    @MethodSource("fibersAndQueues")
    void jobsThatWaitForADeviceLeaveTheWorkerToOthers(FiberProvider provider, boolean signalled) {
        try (Scheduler scheduler = FuturesTest.scheduler(provider);
                ThreadDevice device = new ThreadDevice(100)) {
            CountDownLatch gate = new CountDownLatch(1);
            int[] squares = new int[100];
            DeviceQueue<Runnable> queue = device.queue(signalled);
            Counter counter = Counter.create();
            for (int i = 0; i < squares.length; i++) {
                int index = i;
                scheduler.spawn(counter, () -> {
                    DeviceJob.submit(queue, () -> {
                                SchedulerTest.await(gate);
                                squares[index] = index * index;
                            })
                            .await();
                    assertEquals(index * index, squares[index]);
                });
            }
            scheduler.run(gate::countDown);
            counter.await();
        }
    }

    @ParameterizedTest
    @MethodSource("fibersAndQueues")
    void aFailureOfTheDeviceArrivesAtEachWait(FiberProvider provider, boolean signalled) {
        try (Scheduler scheduler = FuturesTest.scheduler(provider);
                ThreadDevice device = new ThreadDevice(4)) {
            DeviceJob job = DeviceJob.submit(device.queue(signalled), () -> {
                throw new IllegalStateException("device lost");
            });
            scheduler.run(() -> {
                Throwable cause =
                        assertThrows(JobFailedException.class, job::await).getCause();
                assertTrue(String.valueOf(cause).contains("device lost"), String.valueOf(cause));
            });
            assertThrows(JobFailedException.class, () -> job.await(Duration.ZERO));
            assertThrows(JobFailedException.class, job::awaitUninterruptibly);
            assertTrue(job.isDone());
        }
    }

    @ParameterizedTest
    @MethodSource("fibersAndQueues")
    void timeoutAndInterruptEndTheWaitAndNotTheWork(FiberProvider provider, boolean signalled)
            throws InterruptedException {
        try (Scheduler scheduler = FuturesTest.scheduler(provider);
                ThreadDevice device = new ThreadDevice(4)) {
            CountDownLatch gate = new CountDownLatch(1);
            DeviceJob job = DeviceJob.submit(device.queue(signalled), () -> SchedulerTest.await(gate));
            assertFalse(job.await(Duration.ZERO));
            assertFalse(scheduler.call(() -> job.await(Duration.ofNanos(1000))));
            BlockingQueue<Thread> waiting = new LinkedBlockingQueue<>();
            BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
            Counter counter = Counter.create();
            scheduler.spawn(counter, () -> {
                waiting.add(Thread.currentThread());
                thrown.add(assertThrows(AwaitInterruptedException.class, job::await));
                job.awaitUninterruptibly();
                assertTrue(Thread.currentThread().isInterrupted());
                assertTrue(job.isDone());
            });
            waiting.take().interrupt();
            assertInstanceOf(AwaitInterruptedException.class, thrown.take());
            assertFalse(job.isDone());
            assertFalse(counter.await(Duration.ofMillis(1)));
            gate.countDown();
            counter.await();
            assertTrue(job.await(Duration.ZERO));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFullQueueRefusesTheWork(boolean signalled) {
        try (ThreadDevice device = new ThreadDevice(1)) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch gate = new CountDownLatch(1);
            DeviceQueue<Runnable> queue = device.queue(signalled);
            DeviceJob running = DeviceJob.submit(queue, () -> {
                begun.countDown();
                SchedulerTest.await(gate);
            });
            SchedulerTest.await(begun);
            DeviceJob queued = DeviceJob.submit(queue, () -> {});
            assertThrows(RejectedExecutionException.class, () -> DeviceJob.submit(queue, () -> {}));
            gate.countDown();
            running.await();
            queued.await();
        }
    }
}
