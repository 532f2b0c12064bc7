package dev.psyne.channel;

import java.lang.foreign.MemorySegment;

/** Reads one published message in place. */
@FunctionalInterface
public interface TopicHandler {
    /**
     * Called for each message of a subscribed topic, in order, on the thread that polls or receives; otherwise as
     * {@link MessageHandler#onMessage}.
     *
     * @param topic its topic's bytes, read-only
     * @param message the bytes as the publisher wrote them, read-only, aligned to 8 bytes; both belong to the ring and carry
     *     another message once the handler has returned
     */
    void onMessage(MemorySegment topic, MemorySegment message);

    /**
     * Called before a message when the publisher has overtaken this subscriber.
     *
     * @param messages how many it will never see, of whatever topics
     */
    default void onLost(long messages) {}
}
