package dev.psyne.channel;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * An end of a channel that reads, in place: a handler sees each message where the sender wrote it. Its room is free again
 * some time after the handler has returned: when all that was sent is read, a window of messages is, or an eighth of the
 * ring is.
 *
 * <p>Used by one thread (or fiber) at a time; only {@link #close()} may come from any other. Where many may receive, each
 * has a receiver of its own.
 */
public interface Receiver extends AutoCloseable {
    /** The address it was opened with. */
    String uri();

    /**
     * Hands over the messages that are there, without waiting. When it catches up with a stream it looks again no sooner
     * than some microseconds later, four at the most, so as not to slow the sender down.
     *
     * @param limit the most messages to hand over, 0 or more
     * @return how many there were; see {@link #isEnded()} to tell an empty channel from one that has ended
     * @throws ChannelClosedException if the receiver is closed
     * @throws ChannelDamagedException if another process wrote what no sender writes
     * @throws IllegalStateException if a handler calls it
     */
    int poll(MessageHandler handler, int limit);

    /** Hands over one message if there is one, without waiting; otherwise as {@link #poll}. */
    default boolean tryReceive(MessageHandler handler) {
        return poll(handler, 1) == 1;
    }

    /**
     * Hands over one message, and waits for it if need be: a fiber or virtual thread gives its carrier away.
     *
     * @return false at the end of the stream, when all senders have left and everything is read
     * @throws InterruptedException if the thread is interrupted while it has to wait; no message is lost
     * @throws ChannelClosedException if the receiver is closed, at once even while waiting
     * @throws PeerDiedException once, while waiting, for each sender that died; receive again to wait for another
     * @throws IllegalStateException if a handler calls it, or if another thread is waiting in it
     */
    boolean receive(MessageHandler handler) throws InterruptedException;

    /**
     * The same, waiting no longer than it may.
     *
     * @throws TimeoutException if there was no message all the while
     */
    boolean receive(MessageHandler handler, Duration patience) throws InterruptedException, TimeoutException;

    /** Whether all senders have left and everything is read, or this receiver is closed. A sender that joins later ends the end. */
    boolean isEnded();

    /**
     * Stops reading and leaves. When no receiver is left a waiting or later claim throws {@link ChannelClosedException} at
     * once, and what is unread waits for a receiver that joins while the channel lives. A second close does nothing.
     */
    @Override
    void close();
}
