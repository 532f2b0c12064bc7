package dev.psyne.hypha.internal.wire;

import dev.psyne.rpc.BrokenFrameException;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackReader;
import dev.psyne.rpc.MessagePackWriter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The second object of a frame: what only the receiver reads.
 *
 * @param arguments by position, encoded as {@link ValueEncoder} does
 * @param keywords by name
 * @param promise whether the caller waits for an answer
 * @param intervalSeconds how often the caller wants to hear that the call still runs
 */
public record Extra(
        List<@Nullable Object> arguments,
        Map<String, @Nullable Object> keywords,
        boolean promise,
        double intervalSeconds) {
    /** Map entries and list elements of one call, together; larger things are arrays. */
    public static final int MAX_ELEMENTS = 1 << 20;

    private static final MessagePackLimits LIMITS =
            MessagePackLimits.lenient(MessagePackLimits.MAX_DEPTH, MAX_ELEMENTS, 1 << 16);

    /** A call that nobody waits for. */
    public static Extra of(List<@Nullable Object> arguments) {
        return new Extra(arguments, Map.of(), false, 0);
    }

    /**
     * Reads the object; binary values are views of the segment.
     *
     * @throws BrokenFrameException if it is not one map of MessagePack with the fields of a call
     */
    public static Extra read(MemorySegment bytes) {
        if (bytes.byteSize() == 0) {
            return new Extra(new ArrayList<>(), new LinkedHashMap<>(0), false, 0);
        }
        MessagePackReader reader = new MessagePackReader(bytes, LIMITS);
        Map<String, @Nullable Object> map = reader.readMap();
        if (!reader.atEnd()) {
            throw new BrokenFrameException("bytes follow the second object of a frame");
        }
        if (map.containsKey("_enc")) {
            throw new BrokenFrameException("the call is encrypted, and this client has no key");
        }
        Object promise = map.get("promise");
        Object interval = promise instanceof Map<?, ?> methods ? methods.get("interval") : map.get("t");
        List<@Nullable Object> arguments = list(map.get("args"));
        Map<String, @Nullable Object> keywords =
                Boolean.TRUE.equals(map.get("with_kwargs")) ? keywords(arguments) : new LinkedHashMap<>(0);
        return new Extra(arguments, keywords, promise != null, seconds(interval));
    }

    /**
     * The object as it is sent.
     *
     * @throws IllegalArgumentException if it is longer than the limit or holds what MessagePack cannot
     */
    public MemorySegment toBytes(int limitBytes) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        if (!keywords.isEmpty()) {
            List<@Nullable Object> all = new ArrayList<>(arguments);
            all.add(keywords);
            map.put("args", all);
            map.put("with_kwargs", true);
        } else if (!arguments.isEmpty()) {
            map.put("args", arguments);
        }
        if (promise) {
            map.put("promise", "*");
            map.put("t", intervalSeconds);
        }
        return MemorySegment.ofArray(new MessagePackWriter(limitBytes, MessagePackLimits.MAX_DEPTH)
                .value(map)
                .toFrame());
    }

    @SuppressWarnings("unchecked")
    private static List<@Nullable Object> list(@Nullable Object arguments) {
        return switch (arguments) {
            case null -> new ArrayList<>();
            case List<?> list -> (List<@Nullable Object>) list;
            default -> throw new BrokenFrameException("the arguments of a call are no list");
        };
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> keywords(List<@Nullable Object> arguments) {
        if (!arguments.isEmpty() && arguments.removeLast() instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        throw new BrokenFrameException("a call with keywords has no map as its last argument");
    }

    private static double seconds(@Nullable Object interval) {
        return interval instanceof Number number ? number.doubleValue() : 0;
    }
}
