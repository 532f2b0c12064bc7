package dev.psyne.channel;

import dev.psyne.telemetry.Meter;
import java.lang.foreign.MemorySegment;

/**
 * The end of a channel that writes.
 *
 * <pre>{@code
 * Claim claim = sender.claim(bytes);
 * claim.segment().set(…);
 * claim.commit();
 * }</pre>
 *
 * Used by one thread (or fiber) at a time; only {@link #close()} may come from any other. Nothing is allocated for a
 * message that finds room.
 */
public final class Sender implements AutoCloseable {
    private final RingWriter writer;
    private final RingEnds ends;
    private final Policy policy;
    private final int maxMessageBytes;
    private final Meter waits;
    private final Claim claim;
    private final ChannelFullException full;

    Sender(RingWriter writer, RingEnds ends, ChannelOptions options, Meter waits, ChannelFullException full) {
        this.writer = writer;
        this.ends = ends;
        this.policy = options.policy();
        this.maxMessageBytes = RingLayout.maxMessageBytes(options.capacityBytes());
        this.waits = waits;
        this.claim = new Claim(writer, ends);
        this.full = full;
    }

    /** The most bytes a message may have: half the ring, less a record's header. */
    public int maxMessageBytes() {
        return maxMessageBytes;
    }

    /**
     * Space for one message, to be written in place and then committed or aborted before the next claim.
     *
     * @param bytes size of the message, 0 to {@link #maxMessageBytes()}
     * @throws InterruptedException if the thread is interrupted while it has to wait for room; nothing is claimed
     * @throws ChannelFullException if there is no room and the policy is {@link Policy#FAIL}
     * @throws ChannelClosedException if either end is closed, at once even while waiting
     * @throws IllegalStateException if the claim before is neither committed nor aborted, or if another thread is waiting
     *     for a claim
     */
    public Claim claim(int bytes) throws InterruptedException {
        if (bytes < 0 || bytes > maxMessageBytes) {
            throw new IllegalArgumentException("bytes is " + bytes + "; a message may have 0 to " + maxMessageBytes);
        }
        if (writer.isClaimed()) {
            throw new IllegalStateException("the claim before is neither committed nor aborted");
        }
        ends.checkSending();
        try {
            if (!writer.tryClaim(bytes)) {
                claimWhenFull(bytes);
            }
        } catch (IllegalStateException failure) {
            throw ends.closedOr(failure);
        }
        return claim;
    }

    private void claimWhenFull(int bytes) throws InterruptedException {
        if (policy == Policy.FAIL) {
            throw full;
        }
        waits.increment();
        ends.space().await(() -> ends.isAnyClosed() || writer.tryClaim(bytes));
        if (!writer.isClaimed()) {
            ends.checkSending();
        }
    }

    /** Sends a copy of the message; otherwise as {@link #claim(int)}. */
    public void offer(MemorySegment message) throws InterruptedException {
        if (message.byteSize() > maxMessageBytes) {
            throw new IllegalArgumentException(
                    "the message has " + message.byteSize() + " bytes; it may have " + maxMessageBytes);
        }
        Claim space = claim((int) message.byteSize());
        try {
            space.segment().copyFrom(message);
        } catch (RuntimeException failure) {
            space.abort();
            throw failure;
        }
        space.commit();
    }

    /** Ends the stream: the receiver reads what was committed, then finds the end. An open claim is not sent. */
    @Override
    public void close() {
        ends.closeSender();
    }
}
