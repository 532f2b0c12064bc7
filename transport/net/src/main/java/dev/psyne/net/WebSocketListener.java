package dev.psyne.net;

import java.lang.foreign.MemorySegment;

/**
 * Receives what one WebSocket's peer sends: one call at a time, in order, as jobs on the scheduler, {@link #onBinaryAtOnce}
 * excepted. A listener that is slower than its peer makes the server stop reading. If a call throws, the connection closes
 * with 1011.
 */
public interface WebSocketListener {
    /** A whole binary message, read-only; valid until this call returns, so what is kept must be copied. */
    void onBinary(MemorySegment frame);

    /**
     * A whole binary message, on the event loop that read it, while no other call waits or is under way: whoever can do with it
     * what is to be done without any wait saves the way to a job and back. Every connection of the event loop is held up
     * meanwhile.
     *
     * @return false if it is to come again by {@link #onBinary}, as a job; nothing has been done with it then
     */
    default boolean onBinaryAtOnce(MemorySegment frame) {
        return false;
    }

    /**
     * Whether binary messages are to come in parts, by {@link #onBinaryPart}, as soon as they have been read: they take no memory of the
     * server's then. Asked where a message begins; one that comes while another call waits or is under way comes whole, by
     * {@link #onBinary}.
     */
    default boolean takesParts() {
        return false;
    }

    /**
     * The next bytes of a binary message, on the event loop that read them; must not wait.
     *
     * @param part read during this call only
     * @param last whether the message ends here
     */
    default void onBinaryPart(MemorySegment part, boolean last) {}

    /** The connection takes more, which was asked for by {@link WebSocketConnection#awaitWritable}; on its event loop, must not wait. */
    default void onWritable() {}

    /** A whole text message. */
    void onText(String text);

    /** The connection is closed, whoever closed it. The last call, and it always comes. */
    void onClose();
}
