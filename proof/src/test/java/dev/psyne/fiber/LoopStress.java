package dev.psyne.fiber;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** The caller of a parallel loop and one that joins it. */
public class LoopStress {
    private static final int SIZE = 4;

    private static void join(ParallelLoop loop) {
        if (loop.tryJoin()) {
            loop.run();
        }
    }

    private static int most(AtomicIntegerArray ran) {
        int most = 0;
        for (int index = 0; index < SIZE; index++) {
            most = Math.max(most, ran.get(index));
        }
        return most;
    }

    /** Each index runs once, and the caller sees what the other wrote. */
    @JCStressTest
    @Outcome(id = "4, 1", expect = ACCEPTABLE, desc = "all seen, each once")
    @Outcome(expect = FORBIDDEN, desc = "an index left out, twice, or not seen")
    @State
    public static class EachOnce {
        private final int[] written = new int[SIZE];
        private final AtomicIntegerArray ran = new AtomicIntegerArray(SIZE);
        private final ParallelLoop loop = new ParallelLoop(0, SIZE, 1, this::body, 2, null);

        private void body(int from, int to) {
            for (int index = from; index < to; index++) {
                written[index] = 1;
                ran.incrementAndGet(index);
            }
        }

        @Actor
        public void caller(II_Result result) {
            loop.run();
            Throwable _ = loop.awaitDone();
            for (int value : written) {
                result.r1 += value;
            }
        }

        @Actor
        public void joining() {
            join(loop);
        }

        @Arbiter
        public void count(II_Result result) {
            result.r2 = most(ran);
        }
    }

    /** A failure takes the unclaimed chunks away once, so that the caller neither hangs nor returns too soon. */
    @JCStressTest
    @Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "the failure is seen, nothing runs twice nor after the end")
    @Outcome(expect = FORBIDDEN, desc = "no failure, or a body that runs twice or after the caller's return")
    @State
    public static class Failing {
        private final AtomicIntegerArray ran = new AtomicIntegerArray(SIZE);
        private final ParallelLoop loop = new ParallelLoop(0, SIZE, 1, this::body, 2, null);
        private volatile boolean over;
        private volatile boolean late;

        private void body(int from, int to) {
            late |= over;
            ran.incrementAndGet(from);
            if (from > 0) {
                throw new IllegalStateException();
            }
        }

        @Actor
        public void caller(ZI_Result result) {
            loop.run();
            result.r1 = loop.awaitDone() != null;
            over = true;
        }

        @Actor
        public void joining() {
            join(loop);
        }

        @Arbiter
        public void count(ZI_Result result) {
            result.r2 = (late ? 1 : 0) + (most(ran) > 1 ? 2 : 0);
        }
    }
}
