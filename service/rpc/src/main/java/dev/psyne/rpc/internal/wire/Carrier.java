package dev.psyne.rpc.internal.wire;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What takes a connection's messages to its peer. Any thread may call; nothing waits. */
public interface Carrier {
    /** Sends a message, or drops it if the connection has ended. */
    void send(OutgoingMessage message);

    /** Bytes that were given and have not left yet. */
    long waitingBytes();

    /** Ends the connection when what was sent before has left, or cannot any more. */
    void close();

    /** What has come so far of messages on a stream is not wanted: its call is over. To be said when the call is no longer known. */
    default void forget(int stream) {}

    /** The peer, for messages to people. */
    String peer();

    /** There are so many streams more, or fewer if negative, whose messages come without anybody in {@link #await}. */
    default void expect(int streams) {}

    /**
     * Waits for what a message of the peer's brings about. A carrier may have the waiting thread read meanwhile.
     *
     * @param done becomes true on the thread that reads, which then unparks the one that waits
     * @param deadlineNanos of {@link System#nanoTime}; {@link Long#MAX_VALUE} for none
     * @return false if it is not done by then
     */
    default boolean await(BooleanSupplier done, long deadlineNanos) throws InterruptedException {
        while (!done.getAsBoolean()) {
            if (deadlineNanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                long left = deadlineNanos - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return true;
    }
}
