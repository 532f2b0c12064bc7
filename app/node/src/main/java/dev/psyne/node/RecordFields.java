package dev.psyne.node;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records as maps by their components' names, for JSON and for psyne.v1, in the order of the components. */
final class RecordFields {
    private RecordFields() {}

    /** A record's components; those that are null are left out. */
    static Map<String, Object> of(Record record) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Object value = plain(value(record, component));
            if (value != null) {
                fields.put(component.getName(), value);
            }
        }
        return fields;
    }

    private static @Nullable Object value(Record record, RecordComponent component) {
        try {
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException impossible) {
            throw new IllegalStateException("a record without its accessors: " + record.getClass(), impossible);
        }
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case Record record -> of(record);
            case List<?> list -> list.stream().map(RecordFields::plain).toList();
            case null, default -> value;
        };
    }
}
