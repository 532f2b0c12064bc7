package dev.psyne.node;

import dev.psyne.hypha.NumpyArray;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Tensors as nested arrays of JSON, and as arrays of numpy. */
final class JsonTensors {
    private static final Map<String, ElementType> TYPES = Map.of(
            "float32", ElementType.F32,
            "float64", ElementType.F64,
            "float16", ElementType.F16,
            "int8", ElementType.I8,
            "uint8", ElementType.U8,
            "int16", ElementType.I16,
            "int32", ElementType.I32,
            "int64", ElementType.I64,
            "bool", ElementType.BOOL);

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private JsonTensors() {}

    /**
     * A tensor of arrays in arrays, which are all of one length at each depth.
     *
     * @param type {@code tensor<f32>} and so on; of {@code tensor} alone it is of f64
     * @throws IllegalArgumentException if they are not
     */
    static Tensor of(JsonNode arrays, String type) {
        ElementType element = type.equals("tensor")
                ? ElementType.F64
                : ElementType.valueOf(
                        type.substring("tensor<".length(), type.length() - 1).toUpperCase(Locale.ROOT));
        List<Integer> dimensions = new ArrayList<>();
        for (JsonNode inner = arrays; inner != null && inner.isArray(); inner = inner.get(0)) {
            dimensions.add(inner.size());
        }
        Shape shape = Shape.of(dimensions.stream().mapToInt(Integer::intValue).toArray());
        MemorySegment elements = MemorySegment.ofArray(new byte[Math.toIntExact(shape.bytes(element))]);
        fill(arrays, 0, shape, element, elements, 0);
        return Tensor.of(elements, element, shape);
    }

    private static long fill(
            JsonNode node, int depth, Shape shape, ElementType type, MemorySegment elements, long index) {
        if (depth == shape.rank()) {
            set(node, type, elements, index);
            return index + 1;
        }
        if (!node.isArray() || node.size() != shape.dimension(depth)) {
            throw new IllegalArgumentException(
                    "a tensor's arrays are of one length at each depth; this is not of " + shape + ": " + cut(node));
        }
        long next = index;
        for (JsonNode inner : node) {
            next = fill(inner, depth + 1, shape, type, elements, next);
        }
        return next;
    }

    private static void set(JsonNode node, ElementType type, MemorySegment elements, long index) {
        boolean fits = type == ElementType.BOOL ? node.isBoolean() : node.isNumber();
        if (!fits) {
            throw new IllegalArgumentException("an element of " + type + " cannot be " + cut(node));
        }
        switch (type) {
            case F32 -> elements.setAtIndex(FLOAT, index, node.floatValue());
            case F64 -> elements.setAtIndex(DOUBLE, index, node.doubleValue());
            case F16 -> elements.setAtIndex(SHORT, index, Float.floatToFloat16(node.floatValue()));
            case BF16 -> elements.setAtIndex(SHORT, index, (short) (Float.floatToRawIntBits(node.floatValue()) >>> 16));
            case BOOL -> elements.set(ValueLayout.JAVA_BYTE, index, (byte) (node.booleanValue() ? 1 : 0));
            case I8 -> elements.set(ValueLayout.JAVA_BYTE, index, (byte) whole(node, Byte.MIN_VALUE, Byte.MAX_VALUE));
            case U8 -> elements.set(ValueLayout.JAVA_BYTE, index, (byte) whole(node, 0, 0xFF));
            case I16 -> elements.setAtIndex(SHORT, index, (short) whole(node, Short.MIN_VALUE, Short.MAX_VALUE));
            case I32 -> elements.setAtIndex(INT, index, (int) whole(node, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case I64 -> elements.setAtIndex(LONG, index, whole(node, Long.MIN_VALUE, Long.MAX_VALUE));
        }
    }

    private static long whole(JsonNode node, long least, long most) {
        if (!node.canConvertToLong() || !node.isIntegralNumber() || node.asLong() < least || node.asLong() > most) {
            throw new IllegalArgumentException(
                    "an element is a whole number from " + least + " to " + most + ", not " + cut(node));
        }
        return node.asLong();
    }

    /** An array of numpy as a tensor; the elements are not copied. */
    static Tensor of(NumpyArray array) {
        ElementType type = TYPES.get(array.type());
        if (type == null) {
            throw new IllegalArgumentException(
                    "a tensor is of one of " + TYPES.keySet().stream().sorted().toList() + ", not of " + array.type());
        }
        int[] dimensions = array.shape().stream().mapToInt(Math::toIntExact).toArray();
        return Tensor.of(array.data(), type, Shape.of(dimensions));
    }

    /** A tensor as an array of numpy with these elements; one of bfloat16 by that name. */
    static NumpyArray array(Tensor tensor, MemorySegment elements) {
        String type = TYPES.entrySet().stream()
                .filter(each -> each.getValue() == tensor.type())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("bfloat16");
        List<Long> shape = new ArrayList<>();
        for (int dimension : tensor.shape().dimensions()) {
            shape.add((long) dimension);
        }
        return new NumpyArray(type, shape, elements);
    }

    private static String cut(JsonNode node) {
        String text = node.toString();
        return text.substring(0, Math.min(text.length(), 64));
    }
}
