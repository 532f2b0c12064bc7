package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.channel.Topology;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** One sender and one receiver as a bounded queue: three messages of this size fill the ring. */
@Param(name = "value", gen = IntGen.class, conf = "1:9")
public class OneToOneModel {
    private static final int MESSAGE_BYTES = 248;
    private static final int MESSAGES = 3;
    private static final RingPool POOL = new RingPool(
            ChannelOptions.of(Topology.ONE_TO_ONE).withCapacityBytes(ChannelOptions.MIN_CAPACITY_BYTES), 1);

    private final Ring ring = POOL.next();
    private final Receiver receiver = Ends.receiver(ring);
    private final Sender sender = Ends.sender(ring);

    /** Sends unless the ring is full. */
    @Operation(nonParallelGroup = "sender")
    public boolean offer(int value) {
        return Ends.trySend(sender, MESSAGE_BYTES, value, value);
    }

    /** Claims, writes and thinks better of it. */
    @Operation(nonParallelGroup = "sender")
    public void abort() {
        Ends.tryAbort(sender, MESSAGE_BYTES);
    }

    /** The next message, or -1. */
    @Operation(nonParallelGroup = "receiver")
    public int poll() {
        int[] seen = {-1};
        int _ = receiver.poll(
                message -> {
                    if (Ends.first(message) != Ends.last(message)) {
                        throw new AssertionError("torn");
                    }
                    seen[0] = (int) Ends.first(message);
                },
                1);
        return seen[0];
    }

    /** What the ring is to be like. */
    public static class Queue {
        private final Deque<Integer> queue = new ArrayDeque<>();

        /** Refuses the message after the last that fits. */
        public boolean offer(int value) {
            return queue.size() < MESSAGES && queue.add(value);
        }

        /** Leaves no trace. */
        public void abort() {}

        /** The oldest, or -1. */
        public int poll() {
            return queue.isEmpty() ? -1 : queue.remove();
        }
    }
}
