package dev.psyne.channel.internal.ring;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.channel.Topology;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** Slots that two send into, or two receive from, at the same moment. Messages show as digits, torn ones as X. */
public class SlotStress {
    private static final RingPool POOL = new RingPool(ChannelOptions.of(Topology.MANY_TO_MANY)
            .withSlotBytes(Ends.MESSAGE_BYTES)
            .withCapacityBytes(ChannelOptions.MIN_CAPACITY_BYTES)
            .withParticipants(2, 2));

    /** Two claims never get the same slot, and each sender's messages stay in order. */
    @JCStressTest
    @Outcome(
            id = {"1234", "1324", "1342", "3124", "3142", "3412"},
            expect = ACCEPTABLE,
            desc = "all, each in order")
    @Outcome(expect = FORBIDDEN, desc = "lost, doubled, torn or out of order")
    @State
    public static class TwoSenders {
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

    /** Each message goes to one of two receivers, and what neither took is still there. */
    @JCStressTest
    @Outcome(
            id = {"12, , ", ", 12, ", "1, 2, ", "2, 1, "},
            expect = ACCEPTABLE,
            desc = "each message once")
    @Outcome(expect = FORBIDDEN, desc = "lost, doubled or torn")
    @State
    public static class TwoReceivers {
        private final Ring ring = POOL.next();
        private final Receiver one = Ends.receiver(ring);
        private final Receiver two = Ends.receiver(ring);
        private final Sender sender = Ends.sender(ring);

        public TwoReceivers() {
            Ends.send(sender, 1, 1);
            Ends.send(sender, 2, 2);
        }

        @Actor
        public void first(LLL_Result result) {
            result.r1 = Ends.drain(one);
        }

        @Actor
        public void second(LLL_Result result) {
            result.r2 = Ends.drain(two);
        }

        @Arbiter
        public void rest(LLL_Result result) {
            result.r3 = Ends.drain(one);
        }
    }

    /** The stores of the message may not be seen after the word that commits it, nor an aborted one at all. */
    @JCStressTest
    @Outcome(
            id = {", 12", "1, 2", "12, "},
            expect = ACCEPTABLE,
            desc = "whole, once and in order")
    @Outcome(expect = FORBIDDEN, desc = "torn, lost, doubled, or aborted and shown")
    @State
    public static class Publication {
        private final Ring ring = POOL.next();
        private final Receiver receiver = Ends.receiver(ring);
        private final Sender sender = Ends.sender(ring);

        @Actor
        public void send() {
            Ends.send(sender, 1, 1);
            Ends.write(sender, 8, 8).abort();
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
}
