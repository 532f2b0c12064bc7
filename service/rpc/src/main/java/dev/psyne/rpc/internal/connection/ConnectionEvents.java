package dev.psyne.rpc.internal.connection;

import dev.psyne.rpc.internal.wire.CallHeader;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import org.jspecify.annotations.Nullable;

/** What a connection tells its owner, one event at a time, on the thread that reads. Must not wait. */
public interface ConnectionEvents {
    /**
     * The peer has said who it is; calls may be made.
     *
     * @return why it may not come in; null if it may
     */
    @Nullable
    Failure opened(Connection connection, Hello peer);

    /** The peer calls a method. The arguments stand in the message's payload behind the header. */
    void call(IncomingCall call, CallHeader header, ReceivedMessage message);

    /** Somebody waits for a call of this side's, until then. */
    default void waits(long deadlineNanos) {}

    /** The peer takes no new calls. */
    default void leaving(Connection connection) {}

    /** Nothing comes by reference to this region any more. */
    default void unmapped(int region) {}

    /** The connection has ended, and nobody looks at what its other side has lent any more. */
    default void regionsUnused(Connection connection) {}

    /** Nothing comes or goes any more; its calls have ended. */
    void closed(Connection connection, Failure reason);
}
