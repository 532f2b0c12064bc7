package dev.psyne.channel.internal.ring;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.psyne.channel.ChannelClosedException;
import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.platform.ProcessBarrier;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ThreadLocalRandom;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What every end rests on: the fence in two halves, waking, and closing under an operation. */
public class RingEndStress {
    private static final RingPool POOL =
            new RingPool(ChannelOptions.standard().withCapacityBytes(ChannelOptions.MIN_CAPACITY_BYTES));

    /** The publisher's store and its look for sleepers, against the sleeper's bit and its look for messages. */
    @JCStressTest
    @Outcome(
            id = {"0, 1", "1, 0", "1, 1"},
            expect = ACCEPTABLE,
            desc = "at least one sees the other")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "both miss the other: a wake-up is lost")
    @State
    public static class BothHalvesOfTheFence {
        private final Ring ring = POOL.next();
        private final long message = ring.dataAddress();
        private final long bits = ring.waitingAddress(Side.RECEIVER);

        @Actor
        public void publish(II_Result result) {
            RingMemory.putRelease(message, 1);
            ProcessBarrier.light();
            result.r1 = (int) RingMemory.get(bits);
        }

        @Actor
        public void lieDown(II_Result result) {
            long _ = RingMemory.getAndOr(bits, 1);
            ProcessBarrier.heavy();
            result.r2 = (int) RingMemory.getAcquire(message);
        }
    }

    /** Sleep that ends when it is woken, or when everything that might wake it is over: a nap ends by itself then. */
    private static final class Bed implements Neighbours {
        private volatile boolean woken;
        private volatile boolean over;
        private volatile boolean lost;
        private volatile boolean napped;

        @Override
        public void sleep(Participant participant, int wakeWord, long nanos) throws InterruptedException {
            while (!woken) {
                if (over && !woken) {
                    if (nanos != RingEnd.FOREVER) {
                        napped = true;
                        return;
                    }
                    lost = true;
                    throw new InterruptedException();
                }
                Thread.onSpinWait();
            }
            woken = false;
        }

        @Override
        public void wake(Participant participant, int wakeWord) {
            woken = true;
        }

        @Override
        public int prepare(Participant participant) {
            return 1;
        }

        @Override
        public void alarm(Participant participant) {
            wake(participant, 1);
        }

        @Override
        public void settle() {}

        @Override
        public long process() {
            return 1;
        }

        @Override
        public boolean isAlive(long process) {
            return true;
        }

        @Override
        public synchronized void exclusively(Runnable change) {
            change.run();
        }

        @Override
        public void left(Participant participant) {}

        @Override
        public void release(Ring ring) {}
    }

    /** A receiver that lies down while a message is committed either sees it or is woken. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "received")
    @Outcome(
            id = "10",
            expect = ACCEPTABLE,
            desc = "received after a nap that nobody ended: its fence is not the dear one")
    @Outcome(expect = FORBIDDEN, desc = "asleep with a message in the ring")
    @State
    public static class Waking {
        private final Bed bed = new Bed();
        private final Ring ring = POOL.next(bed);
        private final Receiver receiver = Ends.receiver(ring);
        private final Sender sender = Ends.sender(ring);
        private final int delay = ThreadLocalRandom.current().nextInt(300);

        @Actor
        public void send() {
            for (int turn = 0; turn < delay; turn++) {
                Thread.onSpinWait();
            }
            Ends.send(sender, 1, 1);
            bed.over = true;
        }

        @Actor
        public void receive(I_Result result) {
            try {
                boolean _ = receiver.receive(message -> result.r1 += bed.napped ? 10 : 1);
            } catch (InterruptedException asleep) {
                result.r1 = bed.lost ? -1 : -2;
            }
        }
    }

    /** An end that looks while it leaves whether anybody is at work. */
    private static final class Probe extends RingEnd {
        private static final int TURNS = 10;

        private int left;

        Probe(Ring ring) {
            super(ring, Side.SENDER);
        }

        @Override
        void open() {}

        @Override
        void beforeLeaving() {
            left++;
        }

        /** 1 if the end left while an operation was under way, 0 if not, -1 if it was closed before. */
        int operate() {
            try {
                enter();
            } catch (ChannelClosedException closed) {
                return -1;
            }
            try {
                for (int turn = 0; turn < TURNS; turn++) {
                    Thread.onSpinWait();
                }
                VarHandle.acquireFence();
                return left;
            } finally {
                exit();
            }
        }
    }

    /** The end's memory is left once, and never under an operation. */
    @JCStressTest
    @Outcome(id = "-1, -1, 1", expect = ACCEPTABLE, desc = "closed before")
    @Outcome(id = "0, -1, 1", expect = ACCEPTABLE, desc = "closed in between")
    @Outcome(id = "0, 0, 1", expect = ACCEPTABLE, desc = "closed in the second or after")
    @Outcome(expect = FORBIDDEN, desc = "left under an operation, not at all, or twice")
    @State
    public static class Closing {
        private final Ring ring = POOL.next();

        /** Keeps the ring open, so that its region is good for another. */
        private final Receiver other = Ends.receiver(ring);

        private final Probe end = new Probe(ring);

        @Actor
        public void operate(III_Result result) {
            result.r1 = end.operate();
            result.r2 = end.operate();
        }

        @Actor
        public void close() {
            end.close();
        }

        @Arbiter
        public void count(III_Result result) {
            result.r3 = end.left;
        }
    }

    /** Two close at once: still once. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "left once")
    @Outcome(expect = FORBIDDEN, desc = "not at all, or twice")
    @State
    public static class ClosingTwice {
        private final Ring ring = POOL.next();

        /** Keeps the ring open, so that its region is good for another. */
        private final Receiver other = Ends.receiver(ring);

        private final Probe end = new Probe(ring);

        @Actor
        public void first() {
            end.close();
        }

        @Actor
        public void second() {
            end.close();
        }

        @Arbiter
        public void count(I_Result result) {
            result.r1 = end.left;
        }
    }
}
