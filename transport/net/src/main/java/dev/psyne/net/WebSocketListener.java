package dev.psyne.net;

import java.lang.foreign.MemorySegment;

/**
 * Receives what one WebSocket's peer sends: one call at a time, in order, as jobs on the scheduler. A listener that is
 * slower than its peer makes the server stop reading. If a call throws, the connection closes with 1011.
 */
public interface WebSocketListener {
    /** A whole binary message, read-only; valid until this call returns, so what is kept must be copied. */
    void onBinary(MemorySegment frame);

    /** A whole text message. */
    void onText(String text);

    /** The connection is closed, whoever closed it. The last call, and it always comes. */
    void onClose();
}
