package dev.psyne.channel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The way back to the requester whose request is being handled. One reply a request; used on the thread of the handler, until
 * it returns.
 */
public final class Reply {
    /** The most bytes of the reason why a request failed. */
    private static final int MAX_REASON_BYTES = 256;

    private enum State {
        ENDED,
        OPEN,
        CLAIMED,
        SENT
    }

    private final ReplyRings rings;
    private final BodyClaim body = new BodyClaim();
    private final Claim claim = new OwnClaim();
    private State state = State.ENDED;
    private int number;
    private long id;

    /** The claim of the body, which remembers what became of it. */
    private final class OwnClaim implements Claim {
        @Override
        public MemorySegment segment() {
            return body.segment();
        }

        @Override
        public void commit() {
            body.commit();
            state = State.SENT;
        }

        @Override
        public void abort() {
            body.abort();
            state = State.OPEN;
        }
    }

    Reply(ReplyRings rings) {
        this.rings = rings;
    }

    void open(int requesterNumber, long requestId) {
        number = requesterNumber;
        id = requestId;
        state = State.OPEN;
    }

    /**
     * Space for the reply, to be written in place and committed. If the ring of replies is full it waits, up to the replier's
     * patience. If the requester has left, has died or does not make room for so long, the reply goes nowhere and counts in
     * {@link Replier#lostReplies()}.
     *
     * @param bytes size of the reply
     * @throws IllegalArgumentException if a message may not have as many bytes
     * @throws IllegalStateException if there is a reply already, or if the handler has returned
     * @throws InterruptedException if the thread is interrupted while it has to wait for room
     */
    public Claim claim(int bytes) throws InterruptedException {
        if (state != State.OPEN) {
            throw new IllegalStateException(
                    state == State.ENDED ? "the request's handler has returned" : "a request has one reply");
        }
        body.over(claim(bytes, RequestLayout.ANSWERED), RequestLayout.BODY_AT, bytes);
        state = State.CLAIMED;
        return claim;
    }

    /** Sends a copy of a reply; otherwise as {@link #claim}. */
    public void send(MemorySegment message) throws InterruptedException {
        Claim copy = claim((int) Math.min(message.byteSize(), Integer.MAX_VALUE));
        try {
            copy.segment().copyFrom(message);
        } catch (RuntimeException failure) {
            copy.abort();
            throw failure;
        }
        copy.commit();
    }

    private Claim claim(int bytes, byte status) throws InterruptedException {
        if (bytes < 0 || bytes > Integer.MAX_VALUE - RequestLayout.BODY_AT) {
            throw new IllegalArgumentException("bytes is " + bytes + "; a reply has 0 to less than 2 GiB");
        }
        Claim whole = rings.claim(number, RequestLayout.BODY_AT + bytes);
        RequestLayout.write(whole.segment(), status, number, id);
        return whole;
    }

    /** Ends the request: with the reply if there is one, with the reason for having none otherwise. */
    void end(String reason) throws InterruptedException {
        if (state == State.CLAIMED) {
            claim.abort();
        }
        boolean sent = state == State.SENT;
        state = State.ENDED;
        if (sent) {
            return;
        }
        byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
        byte[] most = bytes.length > MAX_REASON_BYTES ? Arrays.copyOf(bytes, MAX_REASON_BYTES) : bytes;
        Claim failed = claim(most.length, RequestLayout.FAILED);
        MemorySegment.copy(most, 0, failed.segment(), ValueLayout.JAVA_BYTE, RequestLayout.BODY_AT, most.length);
        failed.commit();
    }
}
