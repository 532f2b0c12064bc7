package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.internal.schema.Type;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tensors as maps: {@code {"_tensor": "f32", shape: [2, 3], data: bytes}}. */
final class NamedTensors {
    static final String TYPE = "_tensor";
    private static final String SHAPE = "shape";
    private static final String DATA = "data";
    private static final Map<String, ElementType> TYPES = new HashMap<>();

    static {
        for (ElementType type : ElementType.values()) {
            TYPES.put(word(type), type);
        }
    }

    private NamedTensors() {}

    private static String word(ElementType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    static Map<String, Object> map(Tensor tensor) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(TYPE, word(tensor.type()));
        map.put(SHAPE, Arrays.stream(tensor.shape().dimensions()).boxed().toList());
        map.put(DATA, tensor.segment());
        return map;
    }

    /** A tensor of any type in memory of its own, which the garbage collector frees. */
    static Tensor copy(Map<?, ?> map, String where) {
        return aligned(view(null, map, where));
    }

    /** Vectors are loaded from where tensors lie; in MessagePack that is anywhere. */
    private static Tensor aligned(Tensor view) {
        Tensor copy = Tensor.allocate(Arena.ofAuto(), view.type(), view.shape());
        copy.segment().copyFrom(view.segment());
        return Tensor.of(copy.segment().asReadOnly(), view.type(), view.shape());
    }

    /** A view of the map's bytes, or a copy if these are not aligned. */
    static Tensor tensor(@Nullable ElementType wanted, Map<?, ?> map, String where) {
        Tensor view = view(wanted, map, where);
        MemorySegment data = view.segment();
        return data.isNative() && data.address() % Tensor.ALIGNMENT_BYTES == 0 ? view : aligned(view);
    }

    private static Tensor view(@Nullable ElementType wanted, Map<?, ?> map, String where) {
        ElementType type = TYPES.get(NamedValues.require(String.class, map.get(TYPE), where));
        if (type == null || (wanted != null && type != wanted)) {
            throw new BrokenMessageException(
                    where, "the tensor must be of " + (wanted == null ? TYPES.keySet() : wanted));
        }
        List<?> dimensions = NamedValues.require(List.class, map.get(SHAPE), where);
        MemorySegment data = NamedValues.require(MemorySegment.class, map.get(DATA), where);
        if (dimensions.size() > TensorCodec.MAX_RANK) {
            throw new BrokenMessageException(where, "rank is " + dimensions.size());
        }
        int[] sizes = new int[dimensions.size()];
        for (int axis = 0; axis < sizes.length; axis++) {
            sizes[axis] = (int) NamedScalars.value(Type.Scalar.I32, dimensions.get(axis), where);
        }
        try {
            Shape shape = Shape.of(sizes);
            if (shape.bytes(type) != data.byteSize()) {
                throw new BrokenMessageException(where, "data bytes is " + data.byteSize());
            }
            return Tensor.of(data.asReadOnly(), type, shape);
        } catch (IllegalArgumentException refused) {
            throw new BrokenMessageException(where, String.valueOf(refused.getMessage()));
        }
    }
}
