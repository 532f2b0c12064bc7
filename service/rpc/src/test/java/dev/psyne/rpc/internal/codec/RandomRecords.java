package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Field;
import dev.psyne.rpc.internal.schema.Type;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Definitions and values made up from a seed. */
final class RandomRecords {
    /** What a field may name. */
    static final Map<String, Definition> NAMED = RecordSchemas.of(Golden.Point.class, Inner.class);

    private static final int MOST_FIELDS = 40;
    private static final int MOST_ELEMENTS = 5;
    private static final int MOST_DEPTH = 3;

    private final Random random;

    RandomRecords(long seed) {
        random = new Random(seed);
    }

    /** A type and the Java type that holds it. */
    record Held(Type type, java.lang.reflect.Type java) {}

    record Inner(
            String text,
            @Nullable Double number,
            Golden.Mood mood,
            @Nullable Inner inner) {}

    private record Generic(Class<?> raw, java.lang.reflect.Type... arguments) implements ParameterizedType {
        @Override
        public java.lang.reflect.Type[] getActualTypeArguments() {
            return arguments;
        }

        @Override
        public java.lang.reflect.Type getRawType() {
            return raw;
        }

        @Override
        public java.lang.reflect.@Nullable Type getOwnerType() {
            return null;
        }
    }

    /** The fields' types; about half of the fields are optional. */
    List<Held> types() {
        List<Held> types = new ArrayList<>();
        for (int count = random.nextInt(MOST_FIELDS); count >= 0; count--) {
            types.add(held(0));
        }
        return types;
    }

    Definition.RecordOf definition(List<Held> types) {
        List<Field> fields = new ArrayList<>();
        int number = 0;
        for (Held held : types) {
            number += 1 + random.nextInt(3);
            fields.add(new Field(number, held.type(), "f" + number, random.nextBoolean()));
        }
        return new Definition.RecordOf("Random", fields);
    }

    private Held held(int depth) {
        int kind = random.nextInt(depth < MOST_DEPTH ? 17 : 14);
        if (kind < 7) {
            ScalarCodec scalar = ScalarCodec.values()[kind];
            return new Held(scalar.type(), scalar.boxed());
        }
        return switch (kind) {
            case 7 -> new Held(new Type.Text(), String.class);
            case 8 -> new Held(new Type.Bytes(), MemorySegment.class);
            case 9 -> new Held(new Type.TensorOf(null), Tensor.class);
            case 10 -> new Held(new Type.Named("Mood"), Golden.Mood.class);
            case 11 -> new Held(new Type.Named("Point"), Golden.Point.class);
            case 12 -> new Held(new Type.Named("Inner"), Inner.class);
            case 13 -> {
                ScalarCodec scalar = ScalarCodec.values()[random.nextInt(7)];
                yield new Held(
                        new Type.ListOf(scalar.type()), scalar.primitive().arrayType());
            }
            case 14 -> {
                Held value = held(depth + 1);
                yield new Held(new Type.MapOf(value.type()), new Generic(Map.class, String.class, value.java()));
            }
            default -> {
                Held element = held(depth + 1);
                yield new Held(new Type.ListOf(element.type()), new Generic(List.class, element.java()));
            }
        };
    }

    @Nullable
    Object[] values(Definition.RecordOf definition, List<Held> types) {
        @Nullable Object[] values = new Object[types.size()];
        for (int i = 0; i < values.length; i++) {
            boolean absent = definition.fields().get(i).optional() && random.nextBoolean();
            values[i] = absent ? null : value(types.get(i).type(), types.get(i).java());
        }
        return values;
    }

    private Object value(Type type, java.lang.reflect.Type java) {
        return switch (type) {
            case Type.Scalar scalar -> scalar(scalar);
            case Type.Text _ -> text();
            case Type.Bytes _ -> bytes(random.nextInt(20));
            case Type.TensorOf _ -> tensor();
            case Type.MapOf map -> {
                Map<String, Object> made = new LinkedHashMap<>();
                for (int count = random.nextInt(MOST_ELEMENTS); count > 0; count--) {
                    made.put(text(), value(map.value(), ((Generic) java).arguments()[1]));
                }
                yield made;
            }
            case Type.ListOf list when java instanceof Class<?> array -> array(list, array.getComponentType());
            case Type.ListOf list -> {
                List<Object> made = new ArrayList<>();
                for (int count = random.nextInt(MOST_ELEMENTS); count > 0; count--) {
                    made.add(value(list.element(), ((Generic) java).arguments()[0]));
                }
                yield made;
            }
            case Type.Named named -> named(named.name());
            case Type.Callback callback -> throw new IllegalArgumentException(callback.toString());
        };
    }

    private Object array(Type.ListOf list, Class<?> element) {
        Object array = Array.newInstance(element, random.nextInt(MOST_ELEMENTS));
        for (int i = 0; i < Array.getLength(array); i++) {
            Array.set(array, i, scalar((Type.Scalar) list.element()));
        }
        return array;
    }

    private Object scalar(Type.Scalar scalar) {
        return switch (scalar) {
            case BOOL -> random.nextBoolean();
            case I8 -> (byte) random.nextInt();
            case I16 -> (short) random.nextInt();
            case I32 -> random.nextInt();
            case I64 -> random.nextLong();
            case F32 -> Float.intBitsToFloat(random.nextInt());
            case F64 -> Double.longBitsToDouble(random.nextLong());
        };
    }

    private String text() {
        return random.ints(random.nextInt(12), 0, 0x3000)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private MemorySegment bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return MemorySegment.ofArray(bytes);
    }

    private Tensor tensor() {
        ElementType type = ElementType.values()[random.nextInt(ElementType.values().length)];
        int[] dimensions = random.ints(random.nextInt(4), 0, 4).toArray();
        Shape shape = Shape.of(dimensions);
        return Tensor.of(bytes((int) shape.bytes(type)), type, shape);
    }

    private Object named(String name) {
        return switch (name) {
            case "Mood" -> Golden.Mood.values()[random.nextInt(3)];
            case "Point" -> new Golden.Point((short) random.nextInt(), random.nextDouble());
            default -> {
                Inner inner = random.nextBoolean() ? null : (Inner) named("Inner");
                yield new Inner(
                        text(), random.nextBoolean() ? null : random.nextDouble(), (Golden.Mood) named("Mood"), inner);
            }
        };
    }
}
