package dev.psyne.rpc.internal.schema;

import dev.psyne.rpc.SchemaException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;

/**
 * A schema that was read off Java, and what of Java its definitions are.
 *
 * @param classes by a definition's name: a record, an enum, an interface
 * @param components by a record's name, in the order of its fields, which need not be that in Java
 * @param constants by an enum's name, in the order of its numbers
 */
public record JavaSchema(
        Schema schema,
        Map<String, Class<?>> classes,
        Map<String, List<RecordComponent>> components,
        Map<String, List<Enum<?>>> constants) {
    public JavaSchema {
        classes = Map.copyOf(classes);
        components = Map.copyOf(components);
        constants = Map.copyOf(constants);
    }

    /**
     * The schema of a record and what it reaches, in the package of the record.
     *
     * @throws SchemaException that names the record, the component and what cannot be mapped
     */
    public static JavaSchema of(Class<? extends Record> type) {
        JavaReader reader = new JavaReader();
        reader.define(type);
        return reader.finish(JavaReader.packageOf(type));
    }
}
