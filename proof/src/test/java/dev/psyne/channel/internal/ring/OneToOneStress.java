package dev.psyne.channel.internal.ring;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.channel.Topology;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** One sender and one receiver at the same moment. */
public class OneToOneStress {
    private static final RingPool POOL =
            new RingPool(ChannelOptions.of(Topology.ONE_TO_ONE).withCapacityBytes(ChannelOptions.MIN_CAPACITY_BYTES));

    /** Two of these fill the ring; the record of a third has to start at place 0 again. */
    private static final int HALF_BYTES = 496;

    private static void poll(Receiver receiver, JJ_Result result) {
        int _ = receiver.poll(
                message -> {
                    result.r1 = Ends.first(message);
                    result.r2 = Ends.last(message);
                },
                1);
    }

    /** The stores of the message may not be seen after the header that commits it. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "not there yet")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "whole")
    @Outcome(expect = FORBIDDEN, desc = "a message seen before all of it was written")
    @State
    public static class Publication {
        private final Ring ring = POOL.next();
        private final Receiver receiver = Ends.receiver(ring);
        private final Sender sender = Ends.sender(ring);

        @Actor
        public void send() {
            Ends.send(sender, 1, 2);
        }

        @Actor
        public void receive(JJ_Result result) {
            poll(receiver, result);
        }
    }

    /** What stood at the next header a lap ago may not be taken for a record: it is cleared before this one is seen. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "neither there yet")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "one")
    @Outcome(id = "4, 6", expect = ACCEPTABLE, desc = "both")
    @Outcome(expect = FORBIDDEN, desc = "a record of the lap before, or half of one")
    @State
    public static class Lap {
        private final Ring ring = POOL.next();
        private final Receiver receiver = Ends.receiver(ring);
        private final Sender sender = Ends.sender(ring);

        public Lap() {
            for (int record = 0; record < ChannelOptions.MIN_CAPACITY_BYTES / 24 + 1; record++) {
                Ends.send(sender, 8, 8);
                Ends.drain(receiver);
            }
        }

        @Actor
        public void send() {
            Ends.send(sender, 1, 2);
            Ends.send(sender, 3, 4);
        }

        @Actor
        public void receive(JJ_Result result) {
            int _ = receiver.poll(
                    message -> {
                        result.r1 += Ends.first(message);
                        result.r2 += Ends.last(message);
                    },
                    3);
        }
    }

    /** The padding before the end may not be seen before the record at place 0 that it leads to. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "not there yet")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "whole")
    @Outcome(expect = FORBIDDEN, desc = "padding that leads to nothing, or to an old record")
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
            Ends.send(sender, 1, 2);
        }

        @Actor
        public void receive(JJ_Result result) {
            poll(receiver, result);
        }
    }

    /** What is aborted is never seen, though the next message is written in the same place. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "not there yet")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "the one committed")
    @Outcome(expect = FORBIDDEN, desc = "the one aborted, or a mixture")
    @State
    public static class Abort {
        private final Ring ring = POOL.next();
        private final Receiver receiver = Ends.receiver(ring);
        private final Sender sender = Ends.sender(ring);

        @Actor
        public void send() {
            Ends.write(sender, 8, 8).abort();
            Ends.send(sender, 1, 2);
        }

        @Actor
        public void receive(JJ_Result result) {
            poll(receiver, result);
        }
    }

    /** The loads of a message may not come after the store of the head that gives its room back. */
    @JCStressTest
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "as it was sent")
    @Outcome(expect = FORBIDDEN, desc = "written over while it was read")
    @State
    public static class Room {
        private final Ring ring = POOL.next();
        private final Receiver receiver = Ends.receiver(ring);
        private final Sender sender = Ends.sender(ring);

        public Room() {
            Ends.trySend(sender, HALF_BYTES, 1, 2);
            Ends.trySend(sender, HALF_BYTES, 3, 4);
        }

        @Actor
        public void send() {
            Ends.trySend(sender, HALF_BYTES, 8, 8);
        }

        @Actor
        public void receive(JJ_Result result) {
            poll(receiver, result);
        }
    }
}
