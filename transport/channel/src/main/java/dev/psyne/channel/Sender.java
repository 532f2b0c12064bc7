package dev.psyne.channel;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * An end of a channel that writes.
 *
 * <pre>{@code
 * Claim claim = sender.claim(bytes);
 * claim.segment().set(…);
 * claim.commit();
 * }</pre>
 *
 * Used by one thread (or fiber) at a time; only {@link #close()} may come from any other. Where many may send, each has a
 * sender of its own. Nothing is allocated for a message that finds room.
 */
public interface Sender extends AutoCloseable {
    /** The address it was opened with. */
    String uri();

    /** The most bytes a message may have: half the ring less a record's header, or what a slot has room for. */
    int maxMessageBytes();

    /**
     * Space for one message, to be written in place and then committed or aborted before the next claim.
     *
     * @param bytes size of the message, 0 to {@link #maxMessageBytes()}
     * @throws InterruptedException if the thread is interrupted while it has to wait for room; nothing is claimed
     * @throws ChannelFullException if there is no room and the policy is {@link Policy#FAIL}
     * @throws ChannelClosedException if this sender is closed, or the last receiver has left; at once even while waiting
     * @throws PeerDiedException once, while waiting for room, for each receiver that died; claim again to wait for another
     * @throws IllegalStateException if the claim before is neither committed nor aborted, or if another thread is waiting
     *     for a claim
     */
    Claim claim(int bytes) throws InterruptedException;

    /**
     * The same, waiting no longer than it may.
     *
     * @throws TimeoutException if there was no room all the while; nothing is claimed
     */
    Claim claim(int bytes, Duration patience) throws InterruptedException, TimeoutException;

    /**
     * Sends a copy of the message; otherwise as {@link #claim(int)}.
     *
     * @return false if it was dropped, which only {@link Policy#DROP_NEWEST} does
     */
    boolean offer(MemorySegment message) throws InterruptedException;

    /**
     * Leaves: when all senders have left, receivers read what was committed, then find the end. An open claim is not sent.
     * A second close does nothing.
     */
    @Override
    void close();
}
