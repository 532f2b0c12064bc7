package dev.psyne.rpc.internal.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a record apart and puts one together.
 *
 * @param accessors by component; empty for an array, which is its own values
 * @param constructor takes all components
 */
record RecordHandles(List<MethodHandle> accessors, @Nullable MethodHandle constructor) {
    RecordHandles {
        accessors = List.copyOf(accessors);
    }

    static RecordHandles of(RecordBinding binding) {
        if (binding.isArray()) {
            return new RecordHandles(List.of(), null);
        }
        Class<?> type = binding.holder();
        MethodHandles.Lookup lookup = lookup(type);
        RecordComponent[] components = type.getRecordComponents();
        try {
            List<MethodHandle> accessors = new ArrayList<>();
            for (RecordComponent component : components) {
                accessors.add(lookup.unreflect(component.getAccessor())
                        .asType(MethodType.methodType(Object.class, Object.class)));
            }
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            MethodHandle constructor = lookup.findConstructor(type, MethodType.methodType(void.class, types));
            MethodHandle spread = constructor.asSpreader(Object[].class, components.length);
            return new RecordHandles(accessors, spread.asType(MethodType.methodType(Object.class, Object[].class)));
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("a record without its accessors: " + type, impossible);
        }
    }

    /**
     * Sees what a record's own class sees.
     *
     * @throws IllegalArgumentException if the record's module does not let it
     */
    static MethodHandles.Lookup lookup(Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        } catch (IllegalAccessException closed) {
            throw new IllegalArgumentException(
                    type + " cannot be reached; let its module say: opens " + type.getPackageName(), closed);
        }
    }

    @Nullable
    Object[] values(Object record) {
        if (constructor == null) {
            return (Object[]) record;
        }
        @Nullable Object[] values = new Object[accessors.size()];
        try {
            for (int i = 0; i < values.length; i++) {
                values[i] = accessors.get(i).invokeExact(record);
            }
        } catch (Throwable failure) {
            throw rethrown(failure);
        }
        return values;
    }

    Object made(@Nullable Object[] values, String record) {
        if (constructor == null) {
            return values;
        }
        try {
            return (Object) constructor.invokeExact(values);
        } catch (RuntimeException refused) {
            throw MessageReader.refused(refused, record);
        } catch (Throwable failure) {
            throw rethrown(failure);
        }
    }

    private static RuntimeException rethrown(Throwable failure) {
        return switch (failure) {
            case RuntimeException unchecked -> unchecked;
            case Error error -> throw error;
            default -> new IllegalStateException("a record's accessor or constructor failed", failure);
        };
    }
}
