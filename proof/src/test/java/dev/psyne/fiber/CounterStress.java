package dev.psyne.fiber;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Threads that wait for a counter while the last job of it ends. */
public class CounterStress {
    /** So long nobody waits unless a wake-up is lost. */
    private static final Duration LONG = Duration.ofSeconds(20);

    private static final Duration SHORT = Duration.ofNanos(1);
    private static final RuntimeException FAILURE = new IllegalStateException("injected");

    private static Counter counting(int jobs) {
        Counter counter = Counter.create();
        for (int i = 0; i < jobs; i++) {
            counter.started(null);
        }
        return counter;
    }

    /** 0: time out, 1: zero, 2: zero with a failure. */
    private static int await(Counter counter, Duration timeout) {
        try {
            return counter.await(timeout) ? 1 : 0;
        } catch (JobFailedException failed) {
            return failed.getCause() == FAILURE ? 2 : -1;
        }
    }

    /** An await that begins while the last job ends returns, and sees what the job wrote. */
    @JCStressTest
    @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "woken, or not asleep yet")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake-up, or a job's store not seen")
    @State
    public static class Await {
        private final Counter counter = counting(1);
        private int written;

        @Actor
        public void job() {
            written = 1;
            counter.finished(null);
        }

        @Actor
        public void waiting(ZI_Result result) {
            result.r1 = counter.await(LONG);
            result.r2 = written;
        }
    }

    /** A failure is seen by whoever waited, whichever of the jobs ends last. */
    @JCStressTest
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "both see it")
    @Outcome(expect = FORBIDDEN, desc = "a failure not seen, or a lost wake-up")
    @State
    public static class Failure {
        private final Counter counter = counting(2);

        @Actor
        public void job(II_Result result) {
            counter.finished(null);
            result.r1 = await(counter, LONG);
        }

        @Actor
        public void failingJob(II_Result result) {
            counter.finished(FAILURE);
            result.r2 = await(counter, LONG);
        }
    }

    /** An action for zero that is given while the last job ends runs once. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "each once, with the failure")
    @Outcome(expect = FORBIDDEN, desc = "an action left out, run twice, or without the failure")
    @State
    public static class WhenZero {
        private final Counter counter = counting(1);
        private final AtomicInteger first = new AtomicInteger();
        private final AtomicInteger second = new AtomicInteger();

        public WhenZero() {
            counter.whenZero(failure -> first.addAndGet(failure == FAILURE ? 1 : 10));
        }

        @Actor
        public void job() {
            counter.finished(FAILURE);
        }

        @Actor
        public void asking() {
            counter.whenZero(failure -> second.addAndGet(failure == FAILURE ? 1 : 10));
        }

        @Arbiter
        public void count(II_Result result) {
            result.r1 = first.get();
            result.r2 = second.get();
        }
    }

    /** A waiter that gives up leaves the list while its neighbours are woken: they are, and its own answer is true or false. */
    @JCStressTest
    @Outcome(
            id = {"0, 2", "1, 2"},
            expect = ACCEPTABLE,
            desc = "in time or not, and both actions ran")
    @Outcome(expect = FORBIDDEN, desc = "a neighbour forgotten or called twice")
    @State
    public static class GivingUp {
        private final Counter counter = counting(1);
        private final AtomicInteger called = new AtomicInteger();

        public GivingUp() {
            counter.whenZero(_ -> called.incrementAndGet());
        }

        @Actor
        public void job() {
            counter.finished(null);
        }

        @Actor
        public void waiting(II_Result result) {
            result.r1 = await(counter, SHORT);
            counter.whenZero(_ -> called.incrementAndGet());
        }

        @Arbiter
        public void count(II_Result result) {
            result.r2 = called.get();
        }
    }

    /** Two waiters that give up at once, with another between them and one before: the others are still called. */
    @JCStressTest
    @Outcome(id = "0, 4", expect = ACCEPTABLE, desc = "nobody forgotten, nobody called twice")
    @Outcome(expect = FORBIDDEN, desc = "a neighbour forgotten or called twice")
    @State
    public static class TwoGivingUp {
        private final Counter counter = counting(1);
        private final AtomicInteger called = new AtomicInteger();

        public TwoGivingUp() {
            counter.whenZero(_ -> called.incrementAndGet());
            int _ = await(counter, SHORT);
            counter.whenZero(_ -> called.incrementAndGet());
        }

        @Actor
        public void one() {
            int _ = await(counter, SHORT);
            counter.whenZero(_ -> called.incrementAndGet());
        }

        @Actor
        public void other() {
            int _ = await(counter, SHORT);
            counter.whenZero(_ -> called.incrementAndGet());
        }

        @Arbiter
        public void count(II_Result result) {
            result.r1 = called.get();
            counter.finished(null);
            result.r2 = called.get();
        }
    }

    /** A counter that comes to zero, is used again and comes to zero again wakes whoever waited in each round. */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "woken in one round or the other")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake-up")
    @State
    public static class UsedAgain {
        private final Counter counter = counting(1);

        @Actor
        public void jobs(ZZ_Result result) {
            counter.finished(null);
            counter.started(null);
            counter.finished(null);
            result.r1 = counter.await(LONG);
        }

        @Actor
        public void waiting(ZZ_Result result) {
            result.r2 = counter.await(LONG);
        }
    }
}
