package dev.psyne.channel;

import java.util.Set;

/**
 * Work for many hands: those who push give out messages, each of which goes to one of those who pull.
 *
 * <pre>{@code
 * try (Sender push = Pipeline.push(channels, "ipc:frames", Pipeline.options(4080))) {
 *     push.offer(frame);
 * }
 * try (Receiver pull = Pipeline.pull(channels, "ipc:frames", Pipeline.options(4080))) {
 *     while (pull.receive(frame -> …)) {}
 * }
 * }</pre>
 *
 * The channel is a ring of slots: a message has room for its slot's bytes, a handler holds its slot while it runs, and what
 * others pull is not held up by it. If a process dies while it handles a message, another gets it, flagged as redelivered.
 * Every thread or fiber that pushes or pulls opens an end of its own.
 */
public final class Pipeline {
    private static final Set<Topology> TOPOLOGIES = Set.of(Topology.ONE_TO_MANY, Topology.MANY_TO_MANY);

    private Pipeline() {}

    /** Up to 16 on each side, a ring of 4 MiB, claims that wait. */
    public static ChannelOptions options(int slotBytes) {
        return ChannelOptions.of(Topology.MANY_TO_MANY).withSlotBytes(slotBytes);
    }

    /**
     * Joins as one who gives out work.
     *
     * @param options MANY_TO_MANY or ONE_TO_MANY, the same for all but for the policy
     * @throws ChannelException all that {@link Channels#sender} throws
     */
    public static Sender push(Channels channels, String uri, ChannelOptions options) {
        return channels.sender(uri, options.requireFor("a pipeline", TOPOLOGIES));
    }

    /** Joins as one who takes work; otherwise as {@link #push}. */
    public static Receiver pull(Channels channels, String uri, ChannelOptions options) {
        return channels.receiver(uri, options.requireFor("a pipeline", TOPOLOGIES));
    }
}
