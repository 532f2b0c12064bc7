package dev.psyne.node;

import dev.psyne.vlm.Cancellation;

/**
 * The far end of a token stream: a page under credit, a server-sent event stream, a terminal. {@link #permit} is
 * called by the sampler before each token, {@link #deliver} by the connection's job after it went through the ring.
 */
interface TokenFlow {

    /**
     * Waits until the far end wants one more token.
     *
     * @return false when it wants no more at all
     */
    boolean permit() throws InterruptedException;

    /**
     * Hands one token over.
     *
     * @return false when the far end is gone
     */
    boolean deliver(TokenMessage token);

    /** Says the moment the far end has gone or asked to stop. */
    Cancellation cancellation();
}
