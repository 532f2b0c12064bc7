package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Topology;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/** Two senders and two receivers at a ring of four slots. */
public class SlotModel {
    private static final RingPool POOL = new RingPool(
            ChannelOptions.of(Topology.MANY_TO_MANY)
                    .withSlotBytes(128)
                    .withCapacityBytes(ChannelOptions.MIN_CAPACITY_BYTES)
                    .withParticipants(2, 2),
            1);

    private final SentAndSeen ends = new SentAndSeen(POOL.next(), 128, 2, 2);

    /** The first sender sends. */
    @Operation(nonParallelGroup = "first sender")
    public void sendFirst() {
        ends.send(0);
    }

    /** The first sender aborts. */
    @Operation(nonParallelGroup = "first sender")
    public void abortFirst() {
        ends.abort(0);
    }

    /** The second sender sends. */
    @Operation(nonParallelGroup = "second sender")
    public void sendSecond() {
        ends.send(1);
    }

    /** The first receiver reads. */
    @Operation(nonParallelGroup = "first receiver")
    public void pollFirst() {
        ends.poll(0, 1);
    }

    /** The second receiver reads. */
    @Operation(nonParallelGroup = "second receiver")
    public void pollSecond() {
        ends.poll(1, 1);
    }

    /** Each message arrived once. */
    @Validate
    public void check() {
        ends.check();
    }

    /** Results are not compared, see {@link SentAndSeen}. */
    public static class Queue {
        /** Nothing. */
        public void sendFirst() {}

        /** Nothing. */
        public void abortFirst() {}

        /** Nothing. */
        public void sendSecond() {}

        /** Nothing. */
        public void pollFirst() {}

        /** Nothing. */
        public void pollSecond() {}
    }
}
