package dev.psyne.hypha.internal.wire;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A frame that hypha-rpc's own clients and server have sent.
 *
 * @param bytes how long it was
 * @param hex its first KiB
 * @param decoded both objects; binary values as {@code $hex} of their first 96 bytes and {@code $len}
 */
public record RecordedFrame(int bytes, String hex, List<Map<String, @Nullable Object>> decoded) {
    private static final int TOLD_BYTES = 96;

    /** Recorded between two Python clients, or a Python and a JavaScript client. */
    public static Stream<RecordedFrame> all() {
        return Stream.of("py-py", "py-js").flatMap(recording -> of(recording).stream());
    }

    /** The frames of one recording, in the order in which they were sent. */
    public static List<RecordedFrame> of(String recording) {
        return lines(recording, RecordedFrame.class);
    }

    static <T> List<T> lines(String name, Class<T> type) {
        try (InputStream in = Objects.requireNonNull(RecordedFrame.class.getResourceAsStream(name + ".jsonl"), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> JsonMapper.shared().readValue(line, type))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether all its bytes are told. */
    public boolean whole() {
        return hex.length() == 2 * bytes;
    }

    /** Its first KiB. */
    public byte[] head() {
        return HexFormat.of().parseHex(hex);
    }

    /** A value as the recording tells it. */
    public static Object told(Object value) {
        return switch (value) {
            case MemorySegment segment -> {
                byte[] array = segment.toArray(ValueLayout.JAVA_BYTE);
                int told = Math.min(array.length, TOLD_BYTES);
                yield Map.of("$hex", HexFormat.of().formatHex(array, 0, told), "$len", array.length);
            }
            case Long number when number == number.intValue() -> number.intValue();
            case List<?> list ->
                list.stream().map(each -> each == null ? "null" : told(each)).toList();
            case Map<?, ?> map -> {
                Map<Object, Object> copy = new LinkedHashMap<>();
                map.forEach((key, each) -> copy.put(key, each == null ? "null" : told(each)));
                yield copy;
            }
            default -> value;
        };
    }
}
