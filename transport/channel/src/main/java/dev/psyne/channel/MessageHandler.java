package dev.psyne.channel;

import java.lang.foreign.MemorySegment;

/** Reads one message in place. */
@FunctionalInterface
public interface MessageHandler {
    /**
     * Called once for each message, in order, on the thread that polls or receives. It may close the receiver, but not
     * poll it. A message whose handler throws counts as read, and the exception reaches the caller of poll or receive.
     *
     * @param message the bytes as the sender wrote them, read-only, aligned to 8 bytes; its memory belongs to the ring and
     *     carries another message once the handler has returned
     */
    void onMessage(MemorySegment message);

    /**
     * Called instead of {@link #onMessage} for a message that a receiver which died may have handled already: at most as
     * many as the channel's window.
     */
    default void onRedelivered(MemorySegment message) {
        onMessage(message);
    }

    /**
     * Called before the next message when a broadcast has overtaken this receiver.
     *
     * @param messages how many this receiver will never see
     */
    default void onLost(long messages) {}
}
