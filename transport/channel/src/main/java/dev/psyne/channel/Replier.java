package dev.psyne.channel;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests of many {@link Requester}s, one after the other.
 *
 * <pre>{@code
 * try (Replier replier = Replier.open(channels, "ipc:search")) {
 *     while (true) {
 *         replier.receive((request, reply) -> {
 *             Claim answer = reply.claim(8);
 *             answer.segment().set(JAVA_LONG, 0, 2 * request.get(JAVA_LONG, 0));
 *             answer.commit();
 *         });
 *     }
 * }
 * }</pre>
 *
 * Requests are read and replies written in place. There is one replier at a time, and it waits for requesters whoever comes
 * first; when it dies, a successor gets the requests that were not read, and the last up to {@link ChannelOptions#window()}
 * that may have been handled, flagged. A requester that is gone costs nothing but its reply, one that does not read its
 * replies holds the others up for no longer than the patience a reply.
 *
 * <p>Used by one thread or fiber at a time; {@link #close()} may come from any.
 */
public final class Replier implements AutoCloseable {
    /** How long a reply waits for room unless told otherwise. */
    public static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final String FORMAT = "request";

    private final Receiver requests;
    private final Sender keepsOpen;
    private final Sender presence;
    private final ReplyRings rings;
    private final Reply reply;
    private final Delivery delivery = new Delivery();

    private Replier(Receiver requests, Sender keepsOpen, Sender presence, ReplyRings rings) {
        this.requests = requests;
        this.keepsOpen = keepsOpen;
        this.presence = presence;
        this.rings = rings;
        this.reply = new Reply(rings);
    }

    private final class Delivery implements MessageHandler {
        private @Nullable RequestHandler handler;
        private @Nullable InterruptedException interrupted;
        private int handled;

        @Override
        public void onMessage(MemorySegment message) {
            deliver(message, false);
        }

        @Override
        public void onRedelivered(MemorySegment message) {
            deliver(message, true);
        }

        private void deliver(MemorySegment message, boolean isRedelivered) {
            handled++;
            RequestHandler current = handler;
            if (current == null) {
                throw new IllegalStateException("a request is shown outside of a call");
            }
            try {
                handle(current, message, isRedelivered);
            } catch (InterruptedException interrupt) {
                interrupted = interrupt;
            }
        }
    }

    /** Opens with {@link Requester#options()} and {@link #PATIENCE}. */
    public static Replier open(Channels channels, String uri) {
        return open(channels, uri, Requester.options(), PATIENCE);
    }

    /**
     * Takes the replier's place.
     *
     * @param options MANY_TO_ONE, the same as the requesters'
     * @param patience how long a reply waits for room
     * @throws ParticipantLimitException if there is a replier
     * @throws ChannelException all that {@link Channels#sender} and {@link Channels#receiver} throw
     */
    public static Replier open(Channels channels, String uri, ChannelOptions options, Duration patience) {
        RequestChannels all = new RequestChannels(channels, uri, options);
        Receiver requests = all.requestReceiver();
        Sender keepsOpen = null;
        try {
            keepsOpen = all.requestSender();
            return new Replier(requests, keepsOpen, all.presenceSender(), new ReplyRings(all, patience));
        } catch (RuntimeException failure) {
            requests.close();
            if (keepsOpen != null) {
                keepsOpen.close();
            }
            throw failure;
        }
    }

    /**
     * Answers the requests that are there, without waiting.
     *
     * @param limit the most requests to answer, 0 or more
     * @return how many there were
     * @throws InterruptedException if the handler was interrupted; the request is told as failed
     * @throws MessageFormatException if a request is none; the next can be received
     * @throws ChannelException otherwise as {@link Receiver#poll}
     */
    public int poll(RequestHandler handler, int limit) throws InterruptedException {
        begin(handler);
        try {
            while (delivery.handled < limit && requests.poll(delivery, 1) == 1 && delivery.interrupted == null) {}
            return delivery.handled;
        } finally {
            end();
        }
    }

    /**
     * Answers one request, and waits for it if need be: a fiber or virtual thread gives its carrier away.
     *
     * @throws InterruptedException if the thread is interrupted while it has to wait, or the handler was
     * @throws MessageFormatException if a request is none; the next can be received
     * @throws ChannelException otherwise as {@link Receiver#receive(MessageHandler)}, but nothing is said of requesters that
     *     die
     */
    public void receive(RequestHandler handler) throws InterruptedException {
        begin(handler);
        try {
            while (delivery.handled == 0) {
                receiveOrDropDead(null);
            }
        } catch (TimeoutException impossible) {
            throw new AssertionError(impossible);
        } finally {
            end();
        }
    }

    /**
     * The same, waiting no longer than it may.
     *
     * @throws TimeoutException if there was no request all the while
     */
    public void receive(RequestHandler handler, Duration patience) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + patience.toNanos();
        begin(handler);
        try {
            while (delivery.handled == 0) {
                receiveOrDropDead(Duration.ofNanos(deadline - System.nanoTime()));
            }
        } finally {
            end();
        }
    }

    private void receiveOrDropDead(@Nullable Duration patience) throws InterruptedException, TimeoutException {
        try {
            boolean received = patience == null ? requests.receive(delivery) : requests.receive(delivery, patience);
            if (!received) {
                throw new ChannelClosedException("the replier is closed");
            }
        } catch (PeerDiedException died) {
            if (delivery.handled != 0) {
                throw died;
            }
            rings.dropDead();
        }
    }

    private void begin(RequestHandler handler) {
        if (delivery.handler != null) {
            throw new IllegalStateException("a handler may not poll the replier whose request it reads");
        }
        delivery.handler = handler;
        delivery.interrupted = null;
        delivery.handled = 0;
    }

    private void end() throws InterruptedException {
        delivery.handler = null;
        InterruptedException interrupted = delivery.interrupted;
        if (interrupted != null) {
            throw interrupted;
        }
    }

    private void handle(RequestHandler handler, MemorySegment message, boolean isRedelivered)
            throws InterruptedException {
        RequestLayout.check(message, FORMAT);
        RequestLayout.status(message, FORMAT, RequestLayout.ANSWERED);
        reply.open(RequestLayout.number(message, FORMAT, rings.most()), RequestLayout.id(message));
        MemorySegment request = message.asSlice(RequestLayout.BODY_AT);
        try {
            if (isRedelivered) {
                handler.onRedelivered(request, reply);
            } else {
                handler.onRequest(request, reply);
            }
        } catch (InterruptedException | RuntimeException failure) {
            reply.end(failure.toString());
            throw failure;
        }
        reply.end("the replier gave no reply");
    }

    /** How many replies went nowhere, since their requesters were gone or made no room in time. */
    public long lostReplies() {
        return rings.lost();
    }

    /** Leaves; who waits for a reply is told. */
    @Override
    public void close() {
        presence.close();
        requests.close();
        keepsOpen.close();
        rings.close();
    }
}
