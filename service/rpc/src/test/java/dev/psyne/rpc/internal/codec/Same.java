package dev.psyne.rpc.internal.codec;

import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether two values say the same: arrays, memory and tensors by what they hold. */
final class Same {
    private Same() {}

    static boolean are(@Nullable Object one, @Nullable Object other) {
        if (one == null || other == null) {
            return one == other;
        }
        return switch (one) {
            case MemorySegment bytes -> other instanceof MemorySegment others && bytes.mismatch(others) < 0;
            case Tensor tensor ->
                other instanceof Tensor others
                        && tensor.type() == others.type()
                        && tensor.shape().equals(others.shape())
                        && tensor.segment().mismatch(others.segment()) < 0;
            case List<?> list -> other instanceof List<?> others && all(list, others);
            case Map<?, ?> map ->
                other instanceof Map<?, ?> others
                        && all(List.copyOf(map.keySet()), List.copyOf(others.keySet()))
                        && all(List.copyOf(map.values()), List.copyOf(others.values()));
            case Record record -> record.getClass() == other.getClass() && all(parts(record), parts((Record) other));
            case Object array
            when array.getClass().isArray() ->
                array.getClass() == other.getClass() && all(elements(array), elements(other));
            default -> one.equals(other);
        };
    }

    private static boolean all(List<?> some, List<?> others) {
        boolean same = some.size() == others.size();
        for (int i = 0; same && i < some.size(); i++) {
            same = are(some.get(i), others.get(i));
        }
        return same;
    }

    static List<@Nullable Object> parts(Record record) {
        List<@Nullable Object> parts = new ArrayList<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                parts.add(component.getAccessor().invoke(record));
            } catch (ReflectiveOperationException failure) {
                throw new AssertionError(failure);
            }
        }
        return parts;
    }

    static List<@Nullable Object> elements(Object array) {
        List<@Nullable Object> elements = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
            elements.add(Array.get(array, i));
        }
        return elements;
    }
}
