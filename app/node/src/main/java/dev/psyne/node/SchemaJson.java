package dev.psyne.node;

import dev.psyne.hypha.JsonValues;
import dev.psyne.hypha.NumpyArray;
import dev.psyne.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Arguments and results of services with a schema as a person types and reads them: JSON; files for bytes, texts and tensors. What
 * JSON has no type for is written as for hypha's services, see {@link JsonValues}.
 */
record SchemaJson(JsonMapper json, JsonValues values) {
    private static final String TEXT = "string";
    private static final String TENSOR = "tensor";

    /**
     * The value of an argument.
     *
     * @param type as the schema has it; empty if that is not known
     * @throws IllegalArgumentException if it cannot be one
     */
    @Nullable
    Object argument(String text, String type) throws IOException {
        Optional<Path> file = GivenArguments.file(text);
        if (file.isPresent()) {
            return ofFile(file.get(), type);
        }
        JsonNode node = tree(text);
        if (type.equals(TEXT)) {
            return node != null && node.isString() ? node.asString() : text;
        }
        if (node == null) {
            return text;
        }
        return type.startsWith(TENSOR) && node.isArray() ? JsonTensors.of(node, type) : tensors(values.read(node));
    }

    private static Object ofFile(Path file, String type) throws IOException {
        byte[] bytes = GivenArguments.read(file);
        if (type.equals(TEXT)) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        return type.startsWith(TENSOR) ? NumpyFile.read(bytes, file.toString()) : bytes;
    }

    private @Nullable JsonNode tree(String text) {
        try {
            return text.isBlank() ? null : json.readTree(text);
        } catch (JacksonException words) {
            // What is no JSON is what it says.
            return null;
        }
    }

    private static @Nullable Object tensors(@Nullable Object value) {
        return switch (value) {
            case NumpyArray array -> JsonTensors.of(array);
            case List<?> list -> {
                List<@Nullable Object> made = new ArrayList<>();
                list.forEach(each -> made.add(tensors(each)));
                yield made;
            }
            case Map<?, ?> map -> {
                Map<Object, @Nullable Object> made = new LinkedHashMap<>();
                map.forEach((key, held) -> made.put(key, tensors(held)));
                yield made;
            }
            case null, default -> value;
        };
    }

    /** What {@link JsonValues} writes of a value. */
    @Nullable
    Object plain(@Nullable Object value) {
        return changed(value, false);
    }

    /** The same, of memory of its own. */
    @Nullable
    Object copied(@Nullable Object value) {
        return changed(value, true);
    }

    private static @Nullable Object changed(@Nullable Object value, boolean copies) {
        return switch (value) {
            case Tensor tensor -> JsonTensors.array(tensor, kept(tensor.segment(), copies));
            case MemorySegment bytes -> kept(bytes, copies);
            case List<?> list -> {
                List<@Nullable Object> made = new ArrayList<>();
                list.forEach(each -> made.add(changed(each, copies)));
                yield made;
            }
            case Map<?, ?> map -> {
                Map<Object, @Nullable Object> made = new LinkedHashMap<>();
                map.forEach((key, held) -> made.put(key, changed(held, copies)));
                yield made;
            }
            case null, default -> value;
        };
    }

    private static MemorySegment kept(MemorySegment bytes, boolean copies) {
        return copies ? MemorySegment.ofArray(bytes.toArray(ValueLayout.JAVA_BYTE)) : bytes;
    }
}
