package dev.psyne.channel;

import java.util.Set;

/**
 * Two sides that talk to each other, each with a ring for what it says. One listens, the other dials; who comes first waits.
 *
 * <pre>{@code
 * try (Pair pair = Pair.dial(channels, "ipc:camera")) {
 *     pair.sender().offer(question);
 *     pair.receiver().receive(answer -> …);
 * }
 * }</pre>
 *
 * The address carries two one-to-one channels, NAME{@code .a} to the listener and NAME{@code .b} to the dialer. A side may
 * leave or die and another take its place under the same role; it finds unread what its predecessor had not read, and the
 * other side is told as {@link Sender} and {@link Receiver} say. The sender and the receiver may be used by two threads or
 * fibers at a time, one each; messages are read and written in place as there.
 */
public final class Pair implements AutoCloseable {
    private static final String TO_LISTENER = ".a";
    private static final String TO_DIALER = ".b";

    private final Sender sender;
    private final Receiver receiver;

    private Pair(Sender sender, Receiver receiver) {
        this.sender = sender;
        this.receiver = receiver;
    }

    /** The side that listens, over {@link ChannelOptions#standard()}. */
    public static Pair listen(Channels channels, String uri) {
        return listen(channels, uri, ChannelOptions.standard());
    }

    /**
     * The side that listens.
     *
     * @param options of both rings, ONE_TO_ONE, the same on both sides but for the policy
     * @throws ParticipantLimitException if somebody listens there already
     * @throws ChannelException all that {@link Channels#sender} and {@link Channels#receiver} throw
     */
    public static Pair listen(Channels channels, String uri, ChannelOptions options) {
        return open(channels, uri, options, TO_LISTENER, TO_DIALER);
    }

    /** The side that dials, over {@link ChannelOptions#standard()}. */
    public static Pair dial(Channels channels, String uri) {
        return dial(channels, uri, ChannelOptions.standard());
    }

    /** The side that dials; otherwise as {@link #listen(Channels, String, ChannelOptions)}. */
    public static Pair dial(Channels channels, String uri, ChannelOptions options) {
        return open(channels, uri, options, TO_DIALER, TO_LISTENER);
    }

    private static Pair open(Channels channels, String uri, ChannelOptions options, String toUs, String fromUs) {
        options.requireFor("a pair", Set.of(Topology.ONE_TO_ONE));
        Receiver receiver = channels.receiver(uri + toUs, options);
        try {
            return new Pair(channels.sender(uri + fromUs, options), receiver);
        } catch (RuntimeException failure) {
            receiver.close();
            throw failure;
        }
    }

    /** What this side says. */
    public Sender sender() {
        return sender;
    }

    /** What the other side says. */
    public Receiver receiver() {
        return receiver;
    }

    /** Leaves; the other side reads what was said, then finds the end. */
    @Override
    public void close() {
        sender.close();
        receiver.close();
    }
}
