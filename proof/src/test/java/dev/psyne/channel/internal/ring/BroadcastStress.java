package dev.psyne.channel.internal.ring;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Policy;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.channel.Topology;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A broadcast whose writer comes round to what is being read. */
public class BroadcastStress {
    private static final ChannelOptions OPTIONS = ChannelOptions.of(Topology.BROADCAST)
            .withCapacityBytes(ChannelOptions.MIN_CAPACITY_BYTES)
            .withParticipants(1, 1);
    private static final RingPool LOSING = new RingPool(OPTIONS.withPolicy(Policy.DROP_OLDEST));
    private static final RingPool HOLDING = new RingPool(OPTIONS);
    private static final int HALF_BYTES = 488;

    /** A copy is handed over only if the writer had not begun to write over it: never torn. */
    @JCStressTest
    @Outcome(id = "[0-9]*", expect = ACCEPTABLE, desc = "whole messages, some lost")
    @Outcome(expect = FORBIDDEN, desc = "a torn one")
    @State
    public static class Overwriting {
        private final Ring ring = LOSING.next();
        private final Receiver receiver = Ends.receiver(ring);
        private final Sender sender = Topologies.sender(ring, Policy.DROP_OLDEST, EndMeters.NONE);

        public Overwriting() {
            Ends.trySend(sender, HALF_BYTES, 1, 1);
            Ends.trySend(sender, HALF_BYTES, 2, 2);
        }

        @Actor
        public void send() {
            for (int message = 3; message < 7; message++) {
                Ends.trySend(sender, HALF_BYTES, message, message);
            }
        }

        @Actor
        public void receive(L_Result result) {
            result.r1 = Ends.drain(receiver);
        }
    }

    /** The gate may not open before what is behind it has been read. */
    @JCStressTest
    @Outcome(
            id = {"12", "123"},
            expect = ACCEPTABLE,
            desc = "whole and in order")
    @Outcome(expect = FORBIDDEN, desc = "written over while it was read, or lost")
    @State
    public static class Holding {
        private final Ring ring = HOLDING.next();
        private final Receiver receiver = Ends.receiver(ring);
        private final Sender sender = Ends.sender(ring);

        public Holding() {
            Ends.trySend(sender, HALF_BYTES, 1, 1);
            Ends.trySend(sender, HALF_BYTES, 2, 2);
        }

        @Actor
        public void send() {
            Ends.trySend(sender, HALF_BYTES, 3, 3);
        }

        @Actor
        public void receive(L_Result result) {
            result.r1 = Ends.drain(receiver);
        }
    }
}
