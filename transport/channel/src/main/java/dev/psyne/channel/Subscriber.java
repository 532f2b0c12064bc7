package dev.psyne.channel;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Listens to a {@link Publisher}, to the topics it has subscribed to and at first to none.
 *
 * <pre>{@code
 * try (Subscriber subscriber = Subscriber.open(channels, "ipc:market")) {
 *     subscriber.subscribe(Topic.of("prices/"));
 *     while (subscriber.receive((topic, message) -> …)) {}
 * }
 * }</pre>
 *
 * A subscriber hears what is published after it was opened. Every message is in its ring; those of other topics are passed
 * over there, without a copy or an object. Used by one thread or fiber at a time; {@link #close()} may come from any.
 */
public final class Subscriber implements AutoCloseable {
    /** The most topics subscribed to at a time. */
    public static final int MAX_SUBSCRIPTIONS = 256;

    private final Receiver receiver;
    private final List<Topic> topics = new ArrayList<>();
    private final Filter filter = new Filter();

    private Subscriber(Receiver receiver) {
        this.receiver = receiver;
    }

    private final class Filter implements MessageHandler {
        private @Nullable TopicHandler handler;
        private int handled;

        @Override
        public void onMessage(MemorySegment message) {
            int topicBytes = TopicLayout.topicBytes(message);
            TopicHandler current = handler;
            if (current != null && isSubscribed(message, topicBytes)) {
                handled++;
                current.onMessage(
                        message.asSlice(TopicLayout.TOPIC_AT, topicBytes),
                        message.asSlice(TopicLayout.bodyAt(topicBytes)));
            }
        }

        @Override
        public void onLost(long messages) {
            TopicHandler current = handler;
            if (current != null) {
                current.onLost(messages);
            }
        }
    }

    /** Opens with {@link Publisher#options()}. */
    public static Subscriber open(Channels channels, String uri) {
        return open(channels, uri, Publisher.options());
    }

    /**
     * Joins the subscribers.
     *
     * @param options BROADCAST, the same as the publisher's
     * @throws ParticipantLimitException if there are as many as there may be
     * @throws ChannelException all that {@link Channels#receiver} throws
     */
    public static Subscriber open(Channels channels, String uri, ChannelOptions options) {
        return new Subscriber(channels.receiver(uri, options.requireFor("a subscriber", Publisher.TOPOLOGIES)));
    }

    /**
     * Hears messages whose topic starts with this one from now on.
     *
     * @throws IllegalStateException if it would be one more than {@value #MAX_SUBSCRIPTIONS}
     */
    public void subscribe(Topic prefix) {
        if (topics.size() == MAX_SUBSCRIPTIONS) {
            throw new IllegalStateException("'" + prefix + "' would be one topic more than the " + MAX_SUBSCRIPTIONS
                    + " that may be subscribed to; subscribe to what they start with");
        }
        topics.add(prefix);
    }

    /** Takes one subscription back, and answers whether there was one. */
    public boolean unsubscribe(Topic prefix) {
        return topics.remove(prefix);
    }

    private boolean isSubscribed(MemorySegment message, int topicBytes) {
        for (int index = 0; index < topics.size(); index++) {
            if (TopicLayout.startsWith(message, topicBytes, topics.get(index).bytes())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Hands over what is there, without waiting; otherwise as {@link Receiver#poll}.
     *
     * @param limit the most messages to look at, of whatever topics
     * @return how many were handed over
     * @throws MessageFormatException if a message is none of a publisher's; the next can be received
     */
    public int poll(TopicHandler handler, int limit) {
        begin(handler);
        try {
            receiver.poll(filter, limit);
            return filter.handled;
        } finally {
            filter.handler = null;
        }
    }

    /**
     * Hands over one message of a subscribed topic, and waits for it if need be; otherwise as
     * {@link Receiver#receive(MessageHandler)}.
     *
     * @return false at the end, when the publisher has left and everything is read
     * @throws MessageFormatException if a message is none of a publisher's; the next can be received
     */
    public boolean receive(TopicHandler handler) throws InterruptedException {
        begin(handler);
        try {
            while (filter.handled == 0) {
                if (!receiver.receive(filter)) {
                    return false;
                }
            }
            return true;
        } finally {
            filter.handler = null;
        }
    }

    /**
     * The same, waiting no longer than it may.
     *
     * @throws TimeoutException if there was no message of a subscribed topic all the while
     */
    public boolean receive(TopicHandler handler, Duration patience) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + patience.toNanos();
        begin(handler);
        try {
            while (filter.handled == 0) {
                if (!receiver.receive(filter, Duration.ofNanos(deadline - System.nanoTime()))) {
                    return false;
                }
                if (filter.handled == 0 && deadline - System.nanoTime() <= 0) {
                    throw new TimeoutException(receiver.uri() + " had no message of the topics " + topics + " in time");
                }
            }
            return true;
        } finally {
            filter.handler = null;
        }
    }

    private void begin(TopicHandler handler) {
        if (filter.handler != null) {
            throw new IllegalStateException("a handler may not poll the subscriber whose message it reads");
        }
        filter.handler = handler;
        filter.handled = 0;
    }

    /** Whether the publisher has left and everything is read, or this subscriber is closed. */
    public boolean isEnded() {
        return receiver.isEnded();
    }

    /** Stops listening and leaves. */
    @Override
    public void close() {
        receiver.close();
    }
}
