package dev.psyne.rpc.internal.connection;

import dev.psyne.rpc.internal.wire.ReceivedMessage;

/** What a caller learns of its call; {@link #ended} or {@link #failed} comes last, once, unless the caller cancels. */
public interface CallerEvents extends StreamEvents {
    /** The call's result. */
    void ended(ReceivedMessage result);

    /** There is none. */
    void failed(Failure failure);
}
