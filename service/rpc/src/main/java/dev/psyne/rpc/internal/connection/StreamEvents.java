package dev.psyne.rpc.internal.connection;

import dev.psyne.rpc.internal.wire.ReceivedMessage;

/** What comes on a call's stream, on the thread that reads the connection. Must not wait. */
public interface StreamEvents {
    /** An item. */
    void item(ReceivedMessage item);

    /** Items of so many bytes more may be sent. */
    void credit(long bytes);
}
