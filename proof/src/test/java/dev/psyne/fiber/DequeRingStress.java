package dev.psyne.fiber;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A thief while the ring of a deque grows, and where its indices come round to the first slot. */
public class DequeRingStress {
    private static final int LIMIT = 1 << 20;
    /** A power of two: what a ring holds before it grows, at one of its sizes. */
    private static final int RING = 256;

    private static WorkDeque<Integer> lapped(int laps, int items) {
        WorkDeque<Integer> deque = new WorkDeque<>(LIMIT);
        for (int i = 0; i < laps; i++) {
            push(deque, 0);
            Integer _ = deque.steal();
        }
        for (int item = 1; item <= items; item++) {
            push(deque, item);
        }
        return deque;
    }

    private static void push(WorkDeque<Integer> deque, int item) {
        if (!deque.push(item)) {
            throw new IllegalStateException("a deque is full at " + deque.size());
        }
    }

    private static int number(Integer item) {
        return item == null ? 0 : item;
    }

    /** The sum of what is left if each comes in order, else -1. */
    private static int drain(WorkDeque<Integer> deque, int first) {
        int sum = 0;
        int expected = first;
        for (Integer item = deque.poll(); item != null; item = deque.poll()) {
            if (item != expected) {
                return -1;
            }
            expected++;
            sum += item;
        }
        return sum;
    }

    /** The push that finds the ring full copies it, while a thief takes the oldest two. */
    @JCStressTest
    @Outcome(id = "1, 2, 0", expect = ACCEPTABLE, desc = "each item once, in order")
    @Outcome(expect = FORBIDDEN, desc = "lost, twice, or out of order")
    @State
    public static class Growth {
        private final WorkDeque<Integer> deque = lapped(RING - 3, RING);

        @Actor
        public void owner() {
            push(deque, RING + 1);
            push(deque, RING + 2);
        }

        @Actor
        public void thief(III_Result result) {
            result.r1 = number(deque.steal());
            result.r2 = number(deque.steal());
        }

        @Arbiter
        public void rest(III_Result result) {
            int all = (RING + 2) * (RING + 3) / 2;
            result.r3 = all - result.r1 - result.r2 - drain(deque, 3);
        }
    }

    /** Two items on either side of the end of the ring. */
    @JCStressTest
    @Outcome(id = "2, 1, 3", expect = ACCEPTABLE, desc = "each once")
    @Outcome(expect = FORBIDDEN, desc = "lost, or twice")
    @State
    public static class Wrap {
        private final WorkDeque<Integer> deque = lapped(RING - 1, 2);

        @Actor
        public void owner(III_Result result) {
            result.r1 = number(deque.pop());
            push(deque, 3);
        }

        @Actor
        public void thief(III_Result result) {
            result.r2 = number(deque.steal());
        }

        @Arbiter
        public void rest(III_Result result) {
            result.r3 = drain(deque, 3);
        }
    }
}
