package dev.psyne.channel;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;

/**
 * Asks a {@link Replier} and awaits its replies.
 *
 * <pre>{@code
 * try (Requester requester = Requester.open(channels, "ipc:search")) {
 *     Request first = requester.claim(8, reply -> …, Duration.ofSeconds(1));
 *     first.segment().set(JAVA_LONG, 0, 42);
 *     first.commit();
 *     …                                        // more requests, other work
 *     first.await();                           // runs the handler on the reply, in place
 * }
 * }</pre>
 *
 * Requests are written and replies read in place; a reply belongs to the ring once its handler has returned. Up to
 * {@value #MAX_OUTSTANDING} requests may be outstanding, and replies come in the order in which the replier gives them. It
 * does not matter who is there first. A replier that dies is noticed within a second.
 *
 * <p>Used by one thread or fiber at a time, its requests included; {@link #close()} may come from any. Where many ask, each
 * has a requester of its own. Nothing is allocated for a request that is answered in time.
 */
public final class Requester implements AutoCloseable {
    /** The most requests that are claimed or committed and not ended. */
    public static final int MAX_OUTSTANDING = 64;

    /** How often who waits for a reply looks whether the replier is there, and the longest such look takes. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private static final int CAPACITY_BYTES = 1 << 20;
    private static final String FORMAT = "reply";
    private static final MessageHandler IGNORE = _ -> {};

    private final String uri;
    private final int number;
    private final Sender requests;
    private final Receiver replies;
    private final Receiver replier;
    private final Request[] outstanding = new Request[MAX_OUTSTANDING];
    private final MessageHandler dispatch = this::dispatch;
    private long nextId = ThreadLocalRandom.current().nextLong();
    private long dispatched;

    private Requester(String uri, int number, Sender requests, Receiver replies, Receiver replier) {
        this.uri = uri;
        this.number = number;
        this.requests = requests;
        this.replies = replies;
        this.replier = replier;
        for (int index = 0; index < MAX_OUTSTANDING; index++) {
            outstanding[index] = new Request(this);
        }
    }

    /** Up to 16 requesters, rings of 1 MiB, claims that wait. */
    public static ChannelOptions options() {
        return ChannelOptions.of(Topology.MANY_TO_ONE).withCapacityBytes(CAPACITY_BYTES);
    }

    /** Opens with {@link #options()}. */
    public static Requester open(Channels channels, String uri) {
        return open(channels, uri, options());
    }

    /**
     * Joins the requesters.
     *
     * @param options MANY_TO_ONE, the same for all but for the policy: of the ring of requests, of {@code maxSenders}
     *     requesters, up to {@value ChannelOptions#MAX_PARTICIPANTS} less one, and of each one's ring of replies
     * @throws ParticipantLimitException if there are as many requesters as there may be
     * @throws ChannelException all that {@link Channels#sender} and {@link Channels#receiver} throw
     */
    public static Requester open(Channels channels, String uri, ChannelOptions options) {
        RequestChannels all = new RequestChannels(channels, uri, options);
        int number = 0;
        Receiver replies = null;
        while (replies == null) {
            try {
                replies = all.replyReceiver(number);
            } catch (ParticipantLimitException taken) {
                number++;
                if (number == all.most()) {
                    throw taken;
                }
            }
        }
        return joined(all, number, replies);
    }

    private static Requester joined(RequestChannels all, int number, Receiver replies) {
        Receiver replier = null;
        try {
            replier = all.presenceReceiver();
            return new Requester(all.uri(), number, all.requestSender(), replies, replier);
        } catch (RuntimeException failure) {
            if (replier != null) {
                replier.close();
            }
            replies.close();
            throw failure;
        }
    }

    /** The address it was opened with. */
    public String uri() {
        return uri;
    }

    /** The most bytes a request may have. */
    public int maxRequestBytes() {
        return requests.maxMessageBytes() - RequestLayout.BODY_AT;
    }

    /**
     * Space for a request, to be written in place.
     *
     * @param bytes size of the request, 0 to {@link #maxRequestBytes()}
     * @param onReply reads the reply in place, on the thread that awaits this request or another
     * @param patience how long room for the request and then the reply may take, together
     * @throws TimeoutException if there was no room all the while; nothing is claimed
     * @throws IllegalStateException if {@link #MAX_OUTSTANDING} are outstanding, or if the claim before is neither committed
     *     nor aborted
     * @throws PeerDiedException once, for each replier that died; claim again to wait for a successor
     * @throws ChannelException otherwise as {@link Sender#claim(int)}
     */
    public Request claim(int bytes, MessageHandler onReply, Duration patience)
            throws InterruptedException, TimeoutException {
        if (bytes < 0 || bytes > maxRequestBytes()) {
            throw new IllegalArgumentException("bytes is " + bytes + "; a request to " + uri + " may have 0 to "
                    + maxRequestBytes() + "; make the channel with more capacity");
        }
        long deadline = System.nanoTime() + patience.toNanos();
        Request request = freeRequest();
        long id = nextId;
        Claim claim = claimRoom(RequestLayout.BODY_AT + bytes, deadline);
        nextId++;
        request.open(id, deadline, onReply);
        RequestLayout.write(claim.segment(), RequestLayout.ANSWERED, number, id);
        request.over(claim, bytes);
        return request;
    }

    /** The next request by number that is free; its number becomes a part of its id. */
    private Request freeRequest() {
        for (int tried = 0; tried < MAX_OUTSTANDING; tried++) {
            Request request = request(nextId);
            if (request.isFree()) {
                return request;
            }
            nextId++;
        }
        throw new IllegalStateException(
                MAX_OUTSTANDING + " requests to " + uri + " are outstanding; await or abandon some");
    }

    private Request request(long id) {
        return outstanding[(int) id & (MAX_OUTSTANDING - 1)];
    }

    private Claim claimRoom(int bytes, long deadline) throws InterruptedException, TimeoutException {
        while (true) {
            try {
                return requests.claim(bytes, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            } catch (PeerDiedException died) {
                // Told once: by the presence, which may have been told already.
                lookForReplier(LOOK);
            }
        }
    }

    /**
     * Sends a copy of a request and awaits its reply: {@link #claim}, {@link Request#commit()} and {@link Request#await()}.
     * Whatever it throws, the request is ended.
     */
    public void ask(MemorySegment message, MessageHandler onReply, Duration patience)
            throws InterruptedException, TimeoutException {
        Request request = claim((int) Math.min(message.byteSize(), Integer.MAX_VALUE), onReply, patience);
        try {
            request.segment().copyFrom(message);
            request.commit();
            request.await();
        } finally {
            if (!request.isFree()) {
                request.abandon();
            }
        }
    }

    /**
     * Gives the replies that are there to their handlers, without waiting; their requests are still to be awaited, or
     * abandoned.
     *
     * @return how many there were, the late ones among them
     */
    public int poll(int limit) {
        return replies.poll(dispatch, limit);
    }

    void await(Request request) throws InterruptedException, TimeoutException {
        while (!request.isReplied()) {
            long left = request.nanosLeft();
            if (left <= 0 && replies.poll(dispatch, MAX_OUTSTANDING) == 0) {
                request.free();
                throw new TimeoutException("no reply from " + uri + " in time");
            }
            if (left > 0) {
                awaitReply(Duration.ofNanos(Math.min(left, LOOK.toNanos())));
            }
        }
        request.free();
    }

    private void awaitReply(Duration slice) throws InterruptedException, TimeoutException {
        long before = dispatched;
        Duration look = Duration.ZERO;
        try {
            if (!replies.receive(dispatch, slice)) {
                // The replier has left this ring; one that is there opens it anew.
                look = slice;
            }
        } catch (PeerDiedException | TimeoutException nothing) {
            if (dispatched != before) {
                throw nothing;
            }
        }
        if (dispatched == before) {
            lookForReplier(look);
        }
    }

    private void lookForReplier(Duration patience) throws InterruptedException {
        try {
            if (!replier.receive(IGNORE, patience)) {
                throw new ChannelClosedException("the replier of " + uri + " is closed");
            }
        } catch (TimeoutException alive) {
            // Or it has not come yet.
        }
    }

    private void dispatch(MemorySegment message) {
        dispatched++;
        RequestLayout.check(message, FORMAT);
        byte status = RequestLayout.status(message, FORMAT, RequestLayout.FAILED);
        long id = RequestLayout.id(message);
        Request request = request(id);
        if (request.isAwaiting(id)) {
            request.replied(message.asSlice(RequestLayout.BODY_AT), status);
        }
    }

    /** Leaves; outstanding requests are not answered any more. */
    @Override
    public void close() {
        requests.close();
        replier.close();
        replies.close();
    }
}
