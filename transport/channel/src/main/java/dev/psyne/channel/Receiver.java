package dev.psyne.channel;

import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The end of a channel that reads, in place: a handler sees each message where the sender wrote it, and its room is free
 * again some time after the handler has returned: when all that was sent is read, or an eighth of the ring is.
 *
 * <p>Used by one thread (or fiber) at a time; only {@link #close()} may come from any other.
 */
public final class Receiver implements AutoCloseable {
    private final RingReader reader;
    private final RingEnds ends;
    private final ChannelMeters meters;
    private final BooleanSupplier messageOrEnd;

    Receiver(RingReader reader, RingEnds ends, ChannelMeters meters) {
        this.reader = reader;
        this.ends = ends;
        this.meters = meters;
        this.messageOrEnd = () -> ends.isAnyClosed() || reader.hasNext();
    }

    /**
     * Hands over the messages that are there, without waiting.
     *
     * @param limit the most messages to hand over, 0 or more
     * @return how many there were; see {@link #isEnded()} to tell an empty channel from one that has ended
     * @throws ChannelClosedException if the receiver is closed
     * @throws IllegalStateException if a handler calls it
     */
    public int poll(MessageHandler handler, int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit is " + limit + "; it may not be negative");
        }
        ends.checkReceiving();
        int count = 0;
        while (count < limit && !ends.isReceiverClosed() && deliver(handler)) {
            count++;
        }
        return count;
    }

    /**
     * Hands over one message, and waits for it if need be: a fiber or virtual thread gives its carrier away.
     *
     * @return false at the end of the stream, when the sender is closed and everything is read
     * @throws InterruptedException if the thread is interrupted while it has to wait; no message is lost
     * @throws ChannelClosedException if the receiver is closed, at once even while waiting
     * @throws IllegalStateException if a handler calls it, or if another thread is waiting in it
     */
    public boolean receive(MessageHandler handler) throws InterruptedException {
        while (poll(handler, 1) == 0) {
            if (ends.isSenderClosed()) {
                // What was sent before the end is visible only to a look after it.
                return poll(handler, 1) == 1;
            }
            meters.receiverWaits().increment();
            awaitMessage();
        }
        return true;
    }

    /** Whether no message will come any more. */
    public boolean isEnded() {
        try {
            return ends.isReceiverClosed() || (ends.isSenderClosed() && !reader.hasNext());
        } catch (IllegalStateException failure) {
            throw ends.closedOr(failure);
        }
    }

    private void awaitMessage() throws InterruptedException {
        try {
            ends.messages().await(messageOrEnd);
        } catch (IllegalStateException failure) {
            throw ends.closedOr(failure);
        }
    }

    private boolean deliver(MessageHandler handler) {
        MemorySegment message = next();
        if (message == null) {
            return false;
        }
        try {
            handler.onMessage(message);
        } finally {
            reader.advance();
            if (reader.shouldPublish() && !ends.isReceiverClosed()) {
                publish();
            }
        }
        return true;
    }

    private @Nullable MemorySegment next() {
        try {
            return reader.next();
        } catch (IllegalStateException failure) {
            throw ends.closedOr(failure);
        }
    }

    private void publish() {
        meters.messages().add(reader.unpublishedMessages());
        meters.bytes().add(reader.unpublishedBytes());
        try {
            reader.publish();
        } catch (IllegalStateException failure) {
            throw ends.closedOr(failure);
        }
        ends.space().signal();
    }

    /** Stops reading: a waiting or later claim throws {@link ChannelClosedException} at once, unread messages are lost. */
    @Override
    public void close() {
        ends.closeReceiver();
    }
}
