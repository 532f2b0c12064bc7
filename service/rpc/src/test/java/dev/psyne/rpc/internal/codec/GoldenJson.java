package dev.psyne.rpc.internal.codec;

import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.RecordComponent;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A golden value as JSON, in the words of {@code codec/README.md}. */
final class GoldenJson {
    private GoldenJson() {}

    static String of(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Long number -> "\"" + number + "\"";
            case Boolean _, Byte _, Short _, Integer _, Float _, Double _ -> value.toString();
            case String text -> text(text);
            case Enum<?> constant -> text(constant.name());
            case MemorySegment bytes -> hex(bytes);
            case Tensor tensor
            when Golden.REFERENCES.place(tensor) instanceof MessageReferences.Place place ->
                "{\"lease\": %d, \"offset\": %d, %s}".formatted(place.lease(), place.offset(), kind(tensor));
            case Tensor tensor -> "{%s, \"data\": %s}".formatted(kind(tensor), hex(tensor.segment()));
            case Function<?, ?> _ -> "{\"callback\": 3}";
            case List<?> list -> list.stream().map(GoldenJson::of).collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(entry -> of(entry.getKey()) + ": " + of(entry.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
            case Record record -> record(record);
            default -> of(Same.elements(value));
        };
    }

    private static String record(Record record) {
        StringBuilder json = new StringBuilder("{");
        List<@Nullable Object> parts = Same.parts(record);
        RecordComponent[] components = record.getClass().getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            if (parts.get(i) != null) {
                json.append(json.length() > 1 ? ", " : "")
                        .append(text(components[i].getName()) + ": " + of(parts.get(i)));
            }
        }
        return json.append('}').toString();
    }

    private static String kind(Tensor tensor) {
        return "\"dtype\": \"%s\", \"shape\": %s"
                .formatted(tensor.type().name().toLowerCase(java.util.Locale.ROOT), tensor.shape());
    }

    private static String hex(MemorySegment bytes) {
        return "\"" + HexFormat.of().formatHex(bytes.toArray(ValueLayout.JAVA_BYTE)) + "\"";
    }

    private static String text(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char unit : text.toCharArray()) {
            json.append(unit >= ' ' && unit < 0x7f ? String.valueOf(unit) : "\\u%04x".formatted((int) unit));
        }
        return json.append('"').toString();
    }
}
