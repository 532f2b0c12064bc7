package dev.psyne.channel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * What a message is about, as bytes: text in UTF-8 such as {@code "prices/eur"}. A subscription to a topic gets every message
 * whose topic starts with it, byte for byte; the empty topic gets all. Made once and used for many messages. Immutable, safe
 * to share between threads.
 */
public final class Topic {
    /** The most bytes of a topic. */
    public static final int MAX_BYTES = 255;

    private final String text;
    private final MemorySegment bytes;

    private Topic(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        if (encoded.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "'" + text + "' has " + encoded.length + " bytes; a topic has up to " + MAX_BYTES);
        }
        this.text = text;
        // Off the heap, so that the filter sees one kind of segment.
        MemorySegment copy = Arena.ofAuto().allocate(Math.max(1, encoded.length));
        MemorySegment.copy(MemorySegment.ofArray(encoded), 0, copy, 0, encoded.length);
        this.bytes = copy.asSlice(0, encoded.length).asReadOnly();
    }

    /**
     * The topic of a text.
     *
     * @throws IllegalArgumentException if it has more than {@value #MAX_BYTES} bytes in UTF-8
     */
    public static Topic of(String text) {
        return new Topic(text);
    }

    /** Its bytes, read-only. */
    public MemorySegment bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Topic topic && text.equals(topic.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The text. */
    @Override
    public String toString() {
        return text;
    }
}
