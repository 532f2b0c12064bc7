package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Topology;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/** Two senders and a receiver at a ring that four messages fill; who finds a claim half made finishes it. */
public class ManyToOneModel {
    private static final RingPool POOL = new RingPool(
            ChannelOptions.of(Topology.MANY_TO_ONE)
                    .withCapacityBytes(ChannelOptions.MIN_CAPACITY_BYTES)
                    .withParticipants(2, 1),
            1);

    private final Ring ring = POOL.next();
    private final SentAndSeen ends = new SentAndSeen(ring, 248, 2, 1);
    private final SharedTail tail = new SharedTail(ring);

    /** The first sender sends. */
    @Operation(nonParallelGroup = "first")
    public void sendFirst() {
        ends.send(0);
    }

    /** The first sender aborts. */
    @Operation(nonParallelGroup = "first")
    public void abortFirst() {
        ends.abort(0);
    }

    /** The second sender sends. */
    @Operation(nonParallelGroup = "second")
    public void sendSecond() {
        ends.send(1);
    }

    /** Out of patience at once. */
    @Operation(nonParallelGroup = "second")
    public void help() {
        long seen = tail.get();
        if (SharedTail.owner(seen) != 0) {
            tail.help(seen);
        }
    }

    /** The receiver reads. */
    @Operation(nonParallelGroup = "receiver")
    public void poll() {
        ends.poll(0, 1);
    }

    /** All arrived. */
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
        public void help() {}

        /** Nothing. */
        public void poll() {}
    }
}
