package dev.psyne.fiber;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** The owner of a deque of jobs and one or two thieves at the same moment: every item goes to one of them. */
public class DequeStress {
    private static final int LIMIT = 1 << 20;

    private static WorkDeque<Item> deque(int... numbers) {
        WorkDeque<Item> deque = new WorkDeque<>(LIMIT);
        push(deque, numbers);
        return deque;
    }

    private static void push(WorkDeque<Item> deque, int... numbers) {
        for (int number : numbers) {
            if (!deque.push(new Item(number))) {
                throw new IllegalStateException("a deque is full at " + deque.size());
            }
        }
    }

    private static int number(Item item) {
        return item == null ? 0 : item.number;
    }

    /** What is queued; its number is written by a plain store. */
    private static final class Item {
        private int number;

        Item(int number) {
            this.number = number;
        }
    }

    /** The last item goes to the owner or to the thief. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "lost, or twice")
    @State
    public static class LastItem {
        private final WorkDeque<Item> deque = deque(1);

        @Actor
        public void owner(II_Result result) {
            result.r1 = number(deque.pop());
        }

        @Actor
        public void thief(II_Result result) {
            result.r2 = number(deque.steal());
        }
    }

    /** The owner takes the oldest itself. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = ACCEPTABLE,
            desc = "each has one")
    @Outcome(expect = FORBIDDEN, desc = "lost, or twice")
    @State
    public static class OldestItems {
        private final WorkDeque<Item> deque = deque(1, 2);

        @Actor
        public void owner(II_Result result) {
            result.r1 = number(deque.poll());
        }

        @Actor
        public void thief(II_Result result) {
            result.r2 = number(deque.steal());
        }
    }

    /** What a thief takes it sees whole. */
    @JCStressTest
    @Outcome(
            id = {"0", "7"},
            expect = ACCEPTABLE,
            desc = "not there yet, or whole")
    @Outcome(expect = FORBIDDEN, desc = "an item seen before it was written")
    @State
    public static class Publication {
        private final WorkDeque<Item> deque = deque();

        @Actor
        public void owner() {
            push(deque, 7);
        }

        @Actor
        public void thief(I_Result result) {
            result.r1 = number(deque.steal());
        }
    }

    /** The owner takes its youngest and fills the same slot again; the thief may not take the old one from there. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 2", "1, 2, 0", "0, 1, 2"},
            expect = ACCEPTABLE,
            desc = "each item once")
    @Outcome(expect = FORBIDDEN, desc = "lost, or twice")
    @State
    public static class SlotFilledAgain {
        private final WorkDeque<Item> deque = deque(1);

        @Actor
        public void owner(III_Result result) {
            result.r1 = number(deque.pop());
            push(deque, 2);
        }

        @Actor
        public void thief(III_Result result) {
            result.r2 = number(deque.steal());
        }

        @Arbiter
        public void rest(III_Result result) {
            result.r3 = number(deque.pop());
        }
    }

    /** A thief that takes two against an owner that takes two of three: they meet in the middle. */
    @JCStressTest
    @Outcome(
            id = {"2, 1, 0", "1, 2, 0"},
            expect = ACCEPTABLE,
            desc = "all three are taken, each once")
    @Outcome(expect = FORBIDDEN, desc = "lost, or twice")
    @State
    public static class Meeting {
        private final WorkDeque<Item> deque = deque(1, 10, 100);
        private int sum;
        private int stolen;

        @Actor
        public void owner(III_Result result) {
            int first = number(deque.pop());
            int second = number(deque.pop());
            sum = first + second;
            result.r1 = (first > 0 ? 1 : 0) + (second > 0 ? 1 : 0);
        }

        @Actor
        public void thief(III_Result result) {
            int first = number(deque.steal());
            int second = number(deque.steal());
            stolen = first + second;
            result.r2 = (first > 0 ? 1 : 0) + (second > 0 ? 1 : 0);
        }

        @Arbiter
        public void rest(III_Result result) {
            result.r3 = 111 - sum - stolen - number(deque.pop());
        }
    }

    /** One item, its owner and two thieves. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 0", "0, 1, 0", "0, 0, 1"},
            expect = ACCEPTABLE,
            desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "lost, or twice")
    @State
    public static class TwoThievesLastItem {
        private final WorkDeque<Item> deque = deque(1);

        @Actor
        public void owner(III_Result result) {
            result.r1 = number(deque.pop());
        }

        @Actor
        public void thief(III_Result result) {
            result.r2 = number(deque.steal());
        }

        @Actor
        public void otherThief(III_Result result) {
            result.r3 = number(deque.steal());
        }
    }
}
