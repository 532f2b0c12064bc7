package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class JobPublisherTest {
    private static final String COMPLETE = "complete";

    @ParameterizedTest
    @EnumSource
    void twoJobsAtBothEndsOfOneWorker(FiberProvider provider) {
        try (Scheduler scheduler = FuturesTest.scheduler(provider)) {
            JobPublisher<Integer> numbers = JobPublisher.of(scheduler, writer -> write(writer, 10_000));
            for (int demand : new int[] {1, 2, 64}) {
                var sum = Futures.spawn(scheduler, () -> FlowReaderTest.sum(FlowReader.subscribe(numbers, demand)));
                assertEquals(10_000L * 9_999 / 2, Futures.await(sum));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void feedsASubscriberOfTheJdk(FiberProvider provider) {
        try (Scheduler scheduler = FuturesTest.scheduler(provider);
                SubmissionPublisher<Integer> doubling = new Doubling()) {
            FlowReader<Integer> doubled = FlowReader.subscribe(doubling, 8);
            JobPublisher.<Integer>of(scheduler, writer -> write(writer, 1000)).subscribe((Doubling) doubling);
            assertEquals(1000L * 999, FlowReaderTest.sum(doubled));
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsNoMoreThanAskedForAndNothingAfterTheCancel(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler = FuturesTest.scheduler(provider)) {
            BlockingQueue<Throwable> unwound = new LinkedBlockingQueue<>();
            Recorder recorder = new Recorder();
            JobPublisher.<Integer>of(scheduler, writer -> {
                        try {
                            write(writer, 100);
                        } catch (CancellationException cancelled) {
                            assertTrue(writer.isCancelled());
                            unwound.add(cancelled);
                            throw cancelled;
                        }
                    })
                    .subscribe(recorder);
            recorder.subscription().request(2);
            assertEquals("0", recorder.signals.take());
            assertEquals("1", recorder.signals.take());
            scheduler.run(() -> {});
            assertTrue(recorder.signals.isEmpty());
            recorder.subscription().request(1);
            assertEquals("2", recorder.signals.take());
            recorder.subscription().cancel();
            unwound.take();
            recorder.subscription().request(5);
            recorder.subscription().request(-1);
            recorder.subscription().cancel();
            scheduler.run(() -> {});
            assertTrue(recorder.signals.isEmpty(), recorder.signals.toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRequestOfNothingFailsTheSubscription(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler = FuturesTest.scheduler(provider)) {
            Recorder recorder = new Recorder();
            JobPublisher.<Integer>of(scheduler, writer -> write(writer, 100)).subscribe(recorder);
            recorder.subscription().request(0);
            String failure = recorder.signals.take();
            assertTrue(failure.startsWith("java.lang.IllegalArgumentException") && failure.contains("3.9"), failure);
        }
    }

    @ParameterizedTest
    @EnumSource
    void unboundedDemandStaysUnbounded(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler = FuturesTest.scheduler(provider)) {
            Recorder recorder = new Recorder();
            JobPublisher.<Integer>of(scheduler, writer -> write(writer, 3)).subscribe(recorder);
            recorder.subscription().request(Long.MAX_VALUE);
            recorder.subscription().request(Long.MAX_VALUE);
            for (String signal : List.of("0", "1", "2", COMPLETE)) {
                assertEquals(signal, recorder.signals.take());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void failuresOfJobSchedulerAndSubscriberGoWhereTheyBelong(FiberProvider provider) throws InterruptedException {
        BlockingQueue<Throwable> caught = new LinkedBlockingQueue<>();
        Scheduler scheduler = Scheduler.builder()
                .workers(1)
                .fibers(provider)
                .uncaughtExceptionHandler((thread, failure) -> caught.add(failure))
                .build();
        Recorder recorder = new Recorder();
        JobPublisher<Integer> failing = JobPublisher.of(scheduler, writer -> {
            throw new IOException("broken");
        });
        failing.subscribe(recorder);
        assertEquals("java.io.IOException: broken", recorder.signals.take());

        IllegalStateException rude = new IllegalStateException("rude");
        Recorder throwing = new Recorder() {
            @Override
            public void onNext(Integer item) {
                throw rude;
            }
        };
        JobPublisher.<Integer>of(scheduler, writer -> write(writer, 2)).subscribe(throwing);
        throwing.subscription().request(2);
        assertSame(
                rude, assertInstanceOf(JobFailedException.class, caught.take()).getCause());
        assertTrue(throwing.signals.isEmpty());

        scheduler.close();
        failing.subscribe(recorder);
        assertTrue(recorder.signals.take().startsWith(JobRejectedException.class.getName()));
    }

    @ParameterizedTest
    @EnumSource
    void refusesTheWriterToOtherThreadsAndLater(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler = FuturesTest.scheduler(provider)) {
            CompletableFuture<FlowWriter<Integer>> kept = new CompletableFuture<>();
            Recorder recorder = new Recorder();
            JobPublisher.<Integer>of(scheduler, writer -> {
                        kept.complete(writer);
                        write(writer, 1);
                    })
                    .subscribe(recorder);
            FlowWriter<Integer> writer = Futures.await(kept);
            assertThrows(IllegalStateException.class, () -> writer.write(5));
            recorder.subscription().request(9);
            assertEquals("0", recorder.signals.take());
            assertEquals(COMPLETE, recorder.signals.take());
            assertThrows(IllegalStateException.class, () -> writer.write(5));
        }
    }

    private static void write(FlowWriter<Integer> writer, int count) {
        for (int i = 0; i < count; i++) {
            writer.write(i);
        }
    }

    /** Writes down its signals. */
    private static class Recorder implements Flow.Subscriber<Integer> {
        final BlockingQueue<String> signals = new LinkedBlockingQueue<>();
        private final CompletableFuture<Flow.Subscription> subscribed = new CompletableFuture<>();

        Flow.Subscription subscription() {
            return subscribed.join();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscribed.obtrudeValue(subscription);
        }

        @Override
        public void onNext(Integer item) {
            signals.add(item.toString());
        }

        @Override
        public void onError(Throwable failure) {
            signals.add(failure.toString());
        }

        @Override
        public void onComplete() {
            signals.add(COMPLETE);
        }
    }

    /** The processor of SubmissionPublisher's javadoc. */
    private static final class Doubling extends SubmissionPublisher<Integer>
            implements Flow.Processor<Integer, Integer> {
        private final CompletableFuture<Flow.Subscription> subscribed = new CompletableFuture<>();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscribed.complete(subscription);
            subscription.request(1);
        }

        @Override
        public void onNext(Integer item) {
            submit(2 * item);
            subscribed.join().request(1);
        }

        @Override
        public void onError(Throwable failure) {
            closeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            close();
        }
    }
}
