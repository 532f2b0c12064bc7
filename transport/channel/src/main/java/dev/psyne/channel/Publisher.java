package dev.psyne.channel;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * Tells everybody who listens: a broadcast whose messages have topics.
 *
 * <pre>{@code
 * Topic euro = Topic.of("prices/eur");
 * try (Publisher publisher = Publisher.open(channels, "ipc:market")) {
 *     Claim claim = publisher.claim(euro, Double.BYTES);
 *     claim.segment().set(JAVA_DOUBLE, 0, 1.08);
 *     claim.commit();
 * }
 * }</pre>
 *
 * One publisher at a time; who takes the place of one that left or died goes on where it stopped. With
 * {@link Policy#DROP_OLDEST} it never waits and a subscriber that is too slow is told how many messages it lost; with the
 * other policies the slowest subscriber holds it back. Without subscribers messages go nowhere. A body starts at a multiple
 * of 8 bytes, is written in place and belongs to the ring after the commit. Used by one thread or fiber at a time;
 * {@link #close()} may come from any. Nothing is allocated for a message.
 */
public final class Publisher implements AutoCloseable {
    static final Set<Topology> TOPOLOGIES = Set.of(Topology.BROADCAST);

    private final Sender sender;
    private final BodyClaim body = new BodyClaim();

    private Publisher(Sender sender) {
        this.sender = sender;
    }

    /** Up to 16 subscribers, a ring of 4 MiB, of which the oldest messages are dropped. */
    public static ChannelOptions options() {
        return ChannelOptions.of(Topology.BROADCAST).withPolicy(Policy.DROP_OLDEST);
    }

    /** Opens with {@link #options()}. */
    public static Publisher open(Channels channels, String uri) {
        return open(channels, uri, options());
    }

    /**
     * Takes the publisher's place.
     *
     * @param options BROADCAST, the same as the subscribers'
     * @throws ParticipantLimitException if there is a publisher
     * @throws ChannelException all that {@link Channels#sender} throws
     */
    public static Publisher open(Channels channels, String uri, ChannelOptions options) {
        return new Publisher(channels.sender(uri, options.requireFor("a publisher", TOPOLOGIES)));
    }

    /** The most bytes a message of that topic may have. */
    public int maxMessageBytes(Topic topic) {
        return sender.maxMessageBytes() - bodyAt(topic);
    }

    /**
     * Space for one message, to be written in place and then committed or aborted; otherwise as {@link Sender#claim(int)}.
     *
     * @param bytes size of the message without its topic
     */
    public Claim claim(Topic topic, int bytes) throws InterruptedException {
        check(topic, bytes);
        return begun(sender.claim(bodyAt(topic) + bytes), topic, bytes);
    }

    /** The same, waiting no longer than it may. */
    public Claim claim(Topic topic, int bytes, Duration patience) throws InterruptedException, TimeoutException {
        check(topic, bytes);
        return begun(sender.claim(bodyAt(topic) + bytes, patience), topic, bytes);
    }

    /** Sends a copy of a message; otherwise as {@link #claim(Topic, int)}. */
    public void publish(Topic topic, MemorySegment message) throws InterruptedException {
        long size = message.byteSize();
        Claim claim = claim(topic, (int) Math.min(size, Integer.MAX_VALUE));
        try {
            claim.segment().copyFrom(message);
        } catch (RuntimeException failure) {
            claim.abort();
            throw failure;
        }
        claim.commit();
    }

    private static int bodyAt(Topic topic) {
        return TopicLayout.bodyAt((int) topic.bytes().byteSize());
    }

    private void check(Topic topic, int bytes) {
        if (bytes < 0 || bytes > maxMessageBytes(topic)) {
            throw new IllegalArgumentException("bytes is " + bytes + "; a message of " + sender.uri() + " about '"
                    + topic + "' may have 0 to " + maxMessageBytes(topic) + "; make the channel with more capacity");
        }
    }

    private Claim begun(Claim claim, Topic topic, int bytes) {
        TopicLayout.write(claim.segment(), topic);
        return body.over(claim, bodyAt(topic), bytes);
    }

    /** Leaves; subscribers read what was published, then find the end. */
    @Override
    public void close() {
        sender.close();
    }
}
