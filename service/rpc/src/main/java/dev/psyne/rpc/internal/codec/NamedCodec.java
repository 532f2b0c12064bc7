package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.BrokenFrameException;
import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackReader;
import dev.psyne.rpc.MessagePackWriter;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The same records for peers without schemas: a MessagePack map by field name. Absent fields are left out, or nil; fields that
 * nobody here knows are passed over. Enums are their names; a tensor is a map of {@code _tensor} (the word of its element type),
 * {@code shape} and {@code data}, always in the message; a callback is a map of {@code _callback}, its number. Numbers may be written in any format that
 * holds them. Immutable, for any threads.
 *
 * @param <T> the record's class, or {@code Object[]}
 */
public final class NamedCodec<T> {
    private final ReferenceCodec codec;
    private final NamedValues values;

    private NamedCodec(ReferenceCodec codec, NamedValues values) {
        this.codec = codec;
        this.values = values;
    }

    /**
     * A codec with the names of another's fields.
     *
     * @param codec one of {@link ReferenceCodecs}
     */
    public static <T> NamedCodec<T> of(RecordCodec<T> codec, MessageReferences references) {
        return new NamedCodec<>(ReferenceCodec.behind(codec), new NamedValues(references));
    }

    /**
     * Writes a frame.
     *
     * @param limits of whom it is for; only the depth counts
     * @throws IllegalArgumentException if the value is not as its definition says, too long or too deep
     */
    public byte[] encode(T value, int limitBytes, MessagePackLimits limits) {
        return new MessagePackWriter(limitBytes, limits.depth())
                .value(map(value))
                .toFrame();
    }

    /**
     * Reads a frame.
     *
     * @param limits not strict; what is {@code bytes}, or a tensor that lies aligned, is a view of the frame
     * @throws BrokenFrameException if it is not one MessagePack map
     * @throws BrokenMessageException if a value is not what its field says
     */
    public T decode(MemorySegment frame, MessagePackLimits limits) {
        MessagePackReader reader = new MessagePackReader(frame, limits);
        Map<String, @Nullable Object> map = reader.readMap();
        if (!reader.atEnd()) {
            throw new BrokenFrameException("bytes follow the message");
        }
        return value(map);
    }

    /** What {@link MessagePackWriter} writes of a value. */
    public Map<String, Object> map(T value) {
        return values.record(codec, value);
    }

    /** The value of what {@link MessagePackReader} has read. */
    @SuppressWarnings("unchecked")
    public T value(Map<String, @Nullable Object> map) {
        return (T) values.record(codec, map, codec.binding().definition().name());
    }
}
