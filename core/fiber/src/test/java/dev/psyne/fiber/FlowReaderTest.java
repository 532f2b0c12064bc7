package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SubmissionPublisher;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class FlowReaderTest {
    @ParameterizedTest
    @EnumSource
    void readsEveryItemOfAPublisherOfTheJdkInOrder(FiberProvider provider) {
        try (Scheduler scheduler = FuturesTest.scheduler(provider);
                SubmissionPublisher<Integer> publisher =
                        new SubmissionPublisher<>(SchedulerExecutor.of(scheduler), 16)) {
            FlowReader<Integer> reader = FlowReader.subscribe(publisher, 5);
            var sum = Futures.spawn(scheduler, () -> sum(reader));
            for (int i = 0; i < 10_000; i++) {
                publisher.submit(i);
            }
            publisher.close();
            assertEquals(10_000L * 9_999 / 2, Futures.await(sum));
        }
    }

    @Test
    void asksForNoMoreThanItsDemand() {
        Hand hand = new Hand();
        try (FlowReader<String> reader = FlowReader.subscribe(hand, 4)) {
            assertEquals(List.of(4L), hand.requests);
            hand.send("a", "b", "c", "d");
            assertEquals("a", reader.next());
            assertEquals(List.of(4L), hand.requests);
            assertEquals("b", reader.next());
            assertEquals(List.of(4L, 2L), hand.requests);
            hand.send("e", "f");
            hand.subscriber().onComplete();
            List<String> rest = new ArrayList<>();
            reader.forEachRemaining(rest::add);
            assertEquals(List.of("c", "d", "e", "f"), rest);
            assertThrows(NoSuchElementException.class, reader::next);
        }
        assertEquals(0, hand.cancels);
    }

    @Test
    void tellsAFailureBehindTheItemsBeforeIt() {
        Hand hand = new Hand();
        IllegalStateException broken = new IllegalStateException("broken");
        try (FlowReader<String> reader = FlowReader.subscribe(hand, 4)) {
            hand.send("a");
            hand.subscriber().onError(broken);
            hand.send("after the end");
            assertEquals("a", reader.next());
            assertSame(
                    broken,
                    assertThrows(JobFailedException.class, reader::hasNext).getCause());
            assertSame(
                    broken, assertThrows(JobFailedException.class, reader::next).getCause());
        }
        assertEquals(0, hand.cancels);
    }

    @Test
    void refusesAPublisherThatSendsMoreThanAskedFor() {
        Hand hand = new Hand();
        try (FlowReader<String> reader = FlowReader.subscribe(hand, 1)) {
            hand.send("a", "b", "c");
            assertEquals("a", reader.next());
            Throwable cause =
                    assertThrows(JobFailedException.class, reader::hasNext).getCause();
            assertInstanceOf(IllegalStateException.class, cause);
        }
        assertEquals(1, hand.cancels);
    }

    @ParameterizedTest
    @EnumSource
    void closeCancelsAndWakesTheReader(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler = FuturesTest.scheduler(provider)) {
            Hand hand = new Hand();
            FlowReader<String> reader = FlowReader.subscribe(hand, 2);
            BlockingQueue<String> begun = new LinkedBlockingQueue<>();
            var more = Futures.spawn(scheduler, () -> {
                begun.add("begun");
                return reader.hasNext();
            });
            begun.take();
            reader.close();
            reader.close();
            assertFalse(Futures.await(more));
            assertEquals(1, hand.cancels);
            hand.send("after the cancel");
            assertFalse(reader.hasNext());
            assertThrows(NoSuchElementException.class, reader::next);
        }
    }

    @Test
    void cancelsASubscriptionThatComesLateOrTwice() {
        Hand late = new Hand();
        late.holdBack = true;
        FlowReader<String> reader = FlowReader.subscribe(late, 2);
        reader.close();
        late.subscriber().onSubscribe(late);
        assertEquals(1, late.cancels);
        Hand twice = new Hand();
        FlowReader<String> open = FlowReader.subscribe(twice, 2);
        twice.subscriber().onSubscribe(twice);
        assertEquals(1, twice.cancels);
        assertEquals(List.of(2L), twice.requests);
        open.close();
    }

    @ParameterizedTest
    @EnumSource
    void timeoutAndInterruptEndAWait(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler = FuturesTest.scheduler(provider);
                FlowReader<String> reader = FlowReader.subscribe(new Hand(), 2)) {
            assertThrows(AwaitTimeoutException.class, () -> reader.hasNext(Duration.ZERO));
            assertThrows(AwaitTimeoutException.class, () -> reader.hasNext(Duration.ofSeconds(Long.MIN_VALUE)));
            scheduler.run(
                    () -> assertThrows(AwaitTimeoutException.class, () -> reader.hasNext(Duration.ofNanos(1000))));
            BlockingQueue<Thread> waiting = new LinkedBlockingQueue<>();
            var interrupted = Futures.spawn(scheduler, () -> {
                waiting.add(Thread.currentThread());
                assertThrows(AwaitInterruptedException.class, reader::hasNext);
                return Thread.currentThread().isInterrupted();
            });
            waiting.take().interrupt();
            assertTrue(Futures.await(interrupted));
        }
    }

    @Test
    void refusesDemandsOutOfRangeAndNullSignals() {
        Hand hand = new Hand();
        assertThrows(IllegalArgumentException.class, () -> FlowReader.subscribe(hand, 0));
        assertThrows(IllegalArgumentException.class, () -> FlowReader.subscribe(hand, FlowReader.MAX_DEMAND + 1));
        try (FlowReader<String> reader = FlowReader.subscribe(hand, 1)) {
            assertThrows(NullPointerException.class, () -> hand.subscriber().onNext(nothing()));
            assertThrows(NullPointerException.class, () -> hand.subscriber().onError(nothing()));
            assertThrows(NullPointerException.class, () -> hand.subscriber().onSubscribe(nothing()));
            assertThrows(AwaitTimeoutException.class, () -> reader.hasNext(Duration.ZERO));
        }
    }

    static long sum(FlowReader<Integer> reader) {
        try (reader) {
            long sum = 0;
            while (reader.hasNext()) {
                sum += reader.next();
            }
            return sum;
        }
    }

    @SuppressWarnings("NullAway") // a publisher that breaks the rules
    private static <T> T nothing() {
        return null;
    }

    /** A publisher moved by the test's hand. */
    private static final class Hand implements Flow.Publisher<String>, Flow.Subscription {
        final List<Long> requests = new ArrayList<>();
        int cancels;
        boolean holdBack;
        private Flow.@Nullable Subscriber<? super String> subscriber;

        Flow.Subscriber<? super String> subscriber() {
            return Objects.requireNonNull(subscriber);
        }

        void send(String... items) {
            for (String item : items) {
                subscriber().onNext(item);
            }
        }

        @Override
        public void subscribe(Flow.Subscriber<? super String> reader) {
            subscriber = reader;
            if (!holdBack) {
                reader.onSubscribe(this);
            }
        }

        @Override
        public void request(long items) {
            requests.add(items);
        }

        @Override
        public void cancel() {
            cancels++;
        }
    }
}
