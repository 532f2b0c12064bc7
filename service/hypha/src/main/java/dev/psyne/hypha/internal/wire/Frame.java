package dev.psyne.hypha.internal.wire;

import dev.psyne.rpc.BrokenFrameException;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackReader;
import dev.psyne.rpc.MessagePackWriter;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One binary message of hypha-rpc: two MessagePack objects, one behind the other.
 *
 * <pre>
 * +--------------------------------------------------------+---------------------------------------------------+
 * | main: type, from, to, method, session, parent, ws, user | extra: args, with_kwargs, promise, t; may be absent |
 * +--------------------------------------------------------+---------------------------------------------------+
 * </pre>
 *
 * The extra bytes are not looked at: clients may have encrypted them for each other.
 *
 * @param main what a router needs
 * @param extra what only the receiver needs, as it came; empty if absent
 */
public record Frame(Map<String, @Nullable Object> main, MemorySegment extra) {
    /** The longest frame read or written, in bytes. */
    public static final int MAX_BYTES = 1 << 24;

    /** Entries of the main map, the user's map included; a main map names one call. */
    public static final int MAX_MAIN_ELEMENTS = 1_024;

    /** UTF-8 bytes of a key. */
    public static final int MAX_KEY_BYTES = 1_024;

    /** Nothing behind the main map. */
    public static final MemorySegment NO_EXTRA = MemorySegment.ofArray(new byte[0]);

    private static final MessagePackLimits MAIN =
            MessagePackLimits.lenient(MessagePackLimits.MAX_DEPTH, MAX_MAIN_ELEMENTS, MAX_KEY_BYTES);

    /**
     * Reads the main map.
     *
     * @param bytes belongs to the frame from here on
     * @throws BrokenFrameException if the main map is broken; the extra object is not looked at
     */
    public static Frame read(byte[] bytes) {
        MemorySegment segment = MemorySegment.ofArray(bytes);
        MessagePackReader reader = new MessagePackReader(segment, MAIN);
        Map<String, @Nullable Object> main = reader.readMap();
        return new Frame(main, segment.asSlice(reader.position()));
    }

    /**
     * The frame as it is sent.
     *
     * @throws IllegalArgumentException if it is longer than {@link #MAX_BYTES}
     */
    public byte[] toBytes() {
        return toBytes(MAX_BYTES);
    }

    /**
     * The frame as one message, which may go in pieces.
     *
     * @throws IllegalArgumentException if it is longer than the limit
     */
    public byte[] toBytes(int limitBytes) {
        return new MessagePackWriter(limitBytes, MessagePackLimits.MAX_DEPTH)
                .value(main)
                .encoded(extra)
                .toFrame();
    }

    /** What the frame is for: {@code method} for a call, else the name of an event. */
    public @Nullable String type() {
        return text("type");
    }

    /** The full address of the sender, {@code workspace/client}. */
    public @Nullable String from() {
        return text("from");
    }

    /** The address of the receiver. */
    public @Nullable String to() {
        return text("to");
    }

    /** The path of what is called. */
    public @Nullable String method() {
        return text("method");
    }

    /** The session that the caller opened for the answer. */
    public @Nullable String session() {
        return text("session");
    }

    /** The session this frame belongs to. */
    public @Nullable String parent() {
        return text("parent");
    }

    /** A field of the main map; null if it is absent or no string. */
    public @Nullable String text(String field) {
        return main.get(field) instanceof String text ? text : null;
    }
}
