package dev.psyne.proof;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Policy;
import dev.psyne.channel.Topology;

/** What is soaked. */
enum SoakRing {
    ONE_TO_ONE(ChannelOptions.of(Topology.ONE_TO_ONE)),
    MANY_TO_ONE(ChannelOptions.of(Topology.MANY_TO_ONE).withParticipants(2, 1)),
    ONE_TO_MANY(ChannelOptions.of(Topology.ONE_TO_MANY).withParticipants(1, 2)),
    MANY_TO_MANY(ChannelOptions.of(Topology.MANY_TO_MANY).withParticipants(2, 2)),
    HOLDING_BROADCAST(ChannelOptions.of(Topology.BROADCAST).withParticipants(1, 2)),
    LOSING_BROADCAST(
            ChannelOptions.of(Topology.BROADCAST).withParticipants(1, 2).withPolicy(Policy.DROP_OLDEST));

    private static final long CAPACITY_BYTES = 1 << 16;

    private final ChannelOptions options;

    SoakRing(ChannelOptions options) {
        this.options = options.withCapacityBytes(CAPACITY_BYTES);
    }

    ChannelOptions options() {
        return options;
    }

    /** How many receivers get each message. */
    int copies() {
        return options.topology() == Topology.BROADCAST ? options.maxReceivers() : 1;
    }

    boolean losesMessages() {
        return options.policy() == Policy.DROP_OLDEST;
    }
}
