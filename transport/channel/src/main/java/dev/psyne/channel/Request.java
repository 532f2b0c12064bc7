package dev.psyne.channel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A request: first a claim, to be written in place and committed or aborted, then what its reply is awaited with.
 *
 * <p>Each one committed is to be awaited or abandoned; until then it counts as outstanding. A requester uses its requests
 * again: one must not be kept after abort, after {@link #abandon()}, or once {@link #await()} has returned or thrown anything
 * that ends it.
 */
public final class Request implements Claim {
    private enum State {
        FREE,
        WRITING,
        SENT,
        REPLIED
    }

    private final Requester requester;
    private final BodyClaim body = new BodyClaim();
    private State state = State.FREE;
    private long id;
    private long deadline;
    private @Nullable MessageHandler onReply;
    private @Nullable RequestFailedException failure;

    Request(Requester requester) {
        this.requester = requester;
    }

    void open(long newId, long until, MessageHandler handler) {
        id = newId;
        deadline = until;
        onReply = handler;
        failure = null;
        state = State.WRITING;
    }

    Claim over(Claim claim, int bytes) {
        return body.over(claim, RequestLayout.BODY_AT, bytes);
    }

    boolean isFree() {
        return state == State.FREE;
    }

    boolean isReplied() {
        return state == State.REPLIED;
    }

    boolean isAwaiting(long someId) {
        return state == State.SENT && id == someId;
    }

    long id() {
        return id;
    }

    long nanosLeft() {
        return deadline - System.nanoTime();
    }

    void replied(MemorySegment reply, byte status) {
        state = State.REPLIED;
        if (status == RequestLayout.FAILED) {
            byte[] reason = reply.toArray(ValueLayout.JAVA_BYTE);
            failure = new RequestFailedException(requester.uri(), new String(reason, StandardCharsets.UTF_8));
            return;
        }
        MessageHandler handler = onReply;
        if (handler != null) {
            handler.onMessage(reply);
        }
    }

    void free() {
        state = State.FREE;
        onReply = null;
    }

    /** Where to write; as every claim's. */
    @Override
    public MemorySegment segment() {
        check(State.WRITING);
        return body.segment();
    }

    @Override
    public void commit() {
        check(State.WRITING);
        state = State.SENT;
        try {
            body.commit();
        } catch (RuntimeException failed) {
            free();
            throw failed;
        }
    }

    @Override
    public void abort() {
        check(State.WRITING);
        free();
        body.abort();
    }

    /**
     * Waits until the request's handler has run on the reply, on this thread: a fiber or virtual thread gives its carrier
     * away. Replies to other requests of the requester that come first are given to their handlers meanwhile; an exception
     * of any handler comes out here.
     *
     * @throws TimeoutException if there was no reply within the patience it was claimed with; the request is ended, and a
     *     late reply is dropped
     * @throws RequestFailedException if the replier's handler threw or did not reply; the request is ended
     * @throws PeerDiedException once, for each replier that died. The request stands: await again to wait for a successor,
     *     which gets what the dead one had not read, and what it may have handled flagged as redelivered
     * @throws ChannelClosedException if the replier has left or this requester is closed; the request stands, in the first
     *     case for a successor
     * @throws InterruptedException if the thread is interrupted; the request stands
     * @throws IllegalStateException if it is not committed, or ended
     */
    public void await() throws InterruptedException, TimeoutException {
        if (state == State.WRITING || state == State.FREE) {
            check(State.SENT);
        }
        requester.await(this);
        RequestFailedException failed = failure;
        if (failed != null) {
            throw failed;
        }
    }

    /** Ends it without a reply; one that comes is dropped. */
    public void abandon() {
        if (state == State.WRITING) {
            abort();
        } else {
            free();
        }
    }

    private void check(State wanted) {
        if (state != wanted) {
            throw new IllegalStateException(
                    switch (state) {
                        case FREE -> "the request is ended";
                        case WRITING -> "the request is not committed";
                        case SENT, REPLIED -> "the request is committed";
                    });
        }
    }
}
