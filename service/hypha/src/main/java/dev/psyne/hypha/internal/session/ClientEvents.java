package dev.psyne.hypha.internal.session;

import dev.psyne.hypha.internal.router.Address;

/** What the rest of the server does about clients that come and go. */
public interface ClientEvents {
    /** Whether a client answers a ping within a few seconds; the caller waits. */
    boolean answersPing(Address client);

    /** A client is reached no more: its services, its calls and its listeners are to be told. */
    void left(Address client, String reason);
}
