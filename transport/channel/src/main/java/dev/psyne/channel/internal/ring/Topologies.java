package dev.psyne.channel.internal.ring;

import dev.psyne.channel.Policy;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.channel.Topology;

/** The sender, receiver and recovery of each topology. */
public final class Topologies {
    private Topologies() {}

    /** Joins as a sender. */
    public static Sender sender(Ring ring, Policy policy, EndMeters meters) {
        return switch (ring.shape().topology()) {
            case ONE_TO_ONE -> opened(new OneToOneSender(ring, policy, meters));
            case MANY_TO_ONE -> opened(new ManyToOneSender(ring, policy, meters));
            case ONE_TO_MANY, MANY_TO_MANY -> opened(new SlotSender(ring, policy, meters));
            case BROADCAST -> opened(new BroadcastSender(ring, policy, meters));
        };
    }

    /** Joins as a receiver. */
    public static Receiver receiver(Ring ring, EndMeters meters) {
        return switch (ring.shape().topology()) {
            case ONE_TO_ONE -> opened(new OneToOneReceiver(ring, meters));
            case MANY_TO_ONE -> opened(new ManyToOneReceiver(ring, meters));
            case ONE_TO_MANY, MANY_TO_MANY -> opened(new SlotReceiver(ring, meters));
            case BROADCAST ->
                ring.shape().losing()
                        ? opened(new LosingBroadcastReceiver(ring, meters))
                        : opened(new HoldingBroadcastReceiver(ring, meters));
        };
    }

    static Recovery recovery(Topology topology) {
        return switch (topology) {
            case ONE_TO_ONE -> new OneToOneRecovery();
            case MANY_TO_ONE -> new ManyToOneRecovery();
            case ONE_TO_MANY, MANY_TO_MANY -> new SlotRecovery();
            case BROADCAST -> new BroadcastRecovery();
        };
    }

    /** A damaged ring shows itself at the first look; whoever looked leaves again. */
    private static <E extends RingEnd> E opened(E end) {
        try {
            end.open();
            return end;
        } catch (RuntimeException failure) {
            end.close();
            throw failure;
        }
    }
}
