package dev.psyne.channel.internal.ring;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Claim;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.channel.Topology;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** Several senders, those who help them, and the receiver at the same moment. Messages show as digits, torn ones as X. */
public class ManyToOneStress {
    private static final RingPool POOL = new RingPool(ChannelOptions.of(Topology.MANY_TO_ONE)
            .withCapacityBytes(ChannelOptions.MIN_CAPACITY_BYTES)
            .withParticipants(2, 1));

    private static final int HALF_BYTES = 496;

    /** Looks often enough to find another in the middle of its move now and then. */
    private static final int LOOKS = 20;

    private static void helpWhoeverMoves(Ring ring) {
        SharedTail tail = new SharedTail(ring);
        for (int look = 0; look < LOOKS; look++) {
            long seen = tail.get();
            if (SharedTail.owner(seen) != 0) {
                tail.help(seen);
            }
        }
    }

    /** Two claims never get the same room, and each sender's messages stay in order. */
    @JCStressTest
    @Outcome(
            id = {"1234", "1324", "1342", "3124", "3142", "3412"},
            expect = ACCEPTABLE,
            desc = "all, each in order")
    @Outcome(expect = FORBIDDEN, desc = "lost, doubled, torn or out of order")
    @State
    public static class TwoClaimers {
        private final Ring ring = POOL.next();
        private final Receiver receiver = Ends.receiver(ring);
        private final Sender one = Ends.sender(ring);
        private final Sender two = Ends.sender(ring);

        @Actor
        public void first() {
            Ends.send(one, 1, 1);
            Ends.send(one, 2, 2);
        }

        @Actor
        public void second() {
            Ends.send(two, 3, 3);
            Ends.send(two, 4, 4);
        }

        @Arbiter
        public void read(L_Result result) {
            result.r1 = Ends.drain(receiver);
        }
    }

    /** The stores of the message may not be seen after its header, nor the tail before the header it covers. */
    @JCStressTest
    @Outcome(
            id = {", 12", "1, 2", "12, "},
            expect = ACCEPTABLE,
            desc = "whole, once and in order")
    @Outcome(expect = FORBIDDEN, desc = "torn, lost or doubled")
    @State
    public static class Publication {
        private final Ring ring = POOL.next();
        private final Receiver receiver = Ends.receiver(ring);
        private final Sender sender = Ends.sender(ring);

        @Actor
        public void send() {
            Ends.send(sender, 1, 1);
            Ends.send(sender, 2, 2);
        }

        @Actor
        public void receive(LL_Result result) {
            result.r1 = Ends.drain(receiver);
        }

        @Arbiter
        public void rest(LL_Result result) {
            result.r2 = Ends.drain(receiver);
        }
    }

    /** The same across the end of the data, over records of the lap before. */
    @JCStressTest
    @Outcome(
            id = {", 12", "1, 2", "12, "},
            expect = ACCEPTABLE,
            desc = "whole, once and in order")
    @Outcome(expect = FORBIDDEN, desc = "torn, lost, doubled, or of the lap before")
    @State
    public static class Wrap {
        private final Ring ring = POOL.next();
        private final Receiver receiver = Ends.receiver(ring);
        private final Sender sender = Ends.sender(ring);

        public Wrap() {
            for (int half = 0; half < 2; half++) {
                Ends.trySend(sender, HALF_BYTES, 8, 8);
                Ends.drain(receiver);
            }
        }

        @Actor
        public void send() {
            Ends.send(sender, 1, 1);
            Ends.send(sender, 2, 2);
        }

        @Actor
        public void receive(LL_Result result) {
            result.r1 = Ends.drain(receiver);
        }

        @Arbiter
        public void rest(LL_Result result) {
            result.r2 = Ends.drain(receiver);
        }
    }

    /** A step of a claim that its owner and whoever helps it both take is taken once. */
    @JCStressTest
    @Outcome(id = "12, 48", expect = ACCEPTABLE, desc = "both messages, nothing beside them")
    @Outcome(expect = FORBIDDEN, desc = "the tail moved twice, or a header was written over")
    @State
    public static class Help {
        private final Ring ring = POOL.next();
        private final Receiver receiver = Ends.receiver(ring);
        private final Sender sender = Ends.sender(ring);

        @Actor
        public void send() {
            Ends.send(sender, 1, 1);
            Ends.send(sender, 2, 2);
        }

        @Actor
        public void help() {
            helpWhoeverMoves(ring);
        }

        @Arbiter
        public void read(LL_Result result) {
            result.r1 = Ends.drain(receiver);
            result.r2 = SharedTail.position(new SharedTail(ring).get());
        }
    }

    /**
     * A claimer that stops with its number in the tail goes on while another, which has helped it, claims behind it: neither
     * takes the other's room.
     */
    @JCStressTest
    @Outcome(id = "12, 48", expect = ACCEPTABLE, desc = "the stopped claim first, then the other")
    @Outcome(expect = FORBIDDEN, desc = "room taken twice, or a claim lost")
    @State
    public static class StoppedClaimer {
        private static final int RECORD = 24;

        private final Ring ring = POOL.next();
        private final SharedTail tail = new SharedTail(ring);
        private final Receiver receiver = Ends.receiver(ring);
        private final Sender one = Ends.sender(ring);
        private final Sender two = Ends.sender(ring);
        private final long taken;

        public StoppedClaimer() {
            long stopped = ((RingEnd) one).participant().address();
            RingMemory.put(stopped + RingLayout.CLAIM_INTENT, 0);
            RingMemory.put(stopped + RingLayout.CLAIM_INTENT_BYTES, RECORD);
            tail.take(0, 1);
            taken = tail.get();
        }

        @Actor
        public void goOn() {
            tail.move(taken, RECORD);
            Ends.write(ring.data().asSlice(RecordLayout.HEADER_BYTES, Ends.MESSAGE_BYTES), 1, 1);
            RingMemory.putRelease(ring.dataAddress(), tail.header(RecordLayout.COMMITTED, Ends.MESSAGE_BYTES, 1, 0));
        }

        @Actor
        public void claimBehind() {
            tail.help(taken);
            Ends.send(two, 2, 2);
        }

        @Arbiter
        public void read(LL_Result result) {
            result.r1 = Ends.drain(receiver);
            result.r2 = SharedTail.position(tail.get());
        }
    }

    /** A claim that is aborted is passed over, and what was sent behind it is not. */
    @JCStressTest
    @Outcome(
            id = {", 23", "2, 3", "23, "},
            expect = ACCEPTABLE,
            desc = "all that was committed")
    @Outcome(expect = FORBIDDEN, desc = "the aborted one shown, or one behind it lost")
    @State
    public static class Abort {
        private final Ring ring = POOL.next();
        private final Receiver receiver = Ends.receiver(ring);
        private final Sender one = Ends.sender(ring);
        private final Sender two = Ends.sender(ring);
        private final Claim open = Ends.write(one, 8, 8);

        public Abort() {
            Ends.send(two, 2, 2);
        }

        @Actor
        public void abort() {
            open.abort();
            Ends.send(one, 3, 3);
        }

        @Actor
        public void receive(LL_Result result) {
            result.r1 = Ends.drain(receiver);
        }

        @Arbiter
        public void rest(LL_Result result) {
            result.r2 = Ends.drain(receiver);
        }
    }

    /** A dead sender's claim is passed over by the receiver whenever it is buried, and only a claim that is still open. */
    @JCStressTest
    @Outcome(
            id = {", 12", "1, 2", "12, "},
            expect = ACCEPTABLE,
            desc = "what was committed before the death and after")
    @Outcome(expect = FORBIDDEN, desc = "the open claim shown, or a committed one lost")
    @State
    public static class Burial {
        private final Ring ring = POOL.next();
        private final Receiver receiver = Ends.receiver(ring);
        private final Sender dead = Ends.sender(ring);
        private final Sender living = Ends.sender(ring);

        public Burial() {
            Ends.send(dead, 1, 1);
            Ends.write(dead, 8, 8);
            Ends.send(living, 2, 2);
        }

        @Actor
        public void bury() {
            new ManyToOneRecovery().ofSender(ring, ((RingEnd) dead).participant());
        }

        @Actor
        public void receive(LL_Result result) {
            result.r1 = Ends.drain(receiver);
        }

        @Arbiter
        public void rest(LL_Result result) {
            result.r2 = Ends.drain(receiver);
        }
    }
}
