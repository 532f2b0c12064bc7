package dev.psyne.rpc;

import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Evolution;
import dev.psyne.rpc.internal.schema.JavaService;
import dev.psyne.rpc.internal.schema.Schema;
import dev.psyne.rpc.internal.schema.generate.JavaGenerator;
import dev.psyne.rpc.internal.schema.generate.PythonGenerator;
import dev.psyne.rpc.internal.schema.generate.TypeScriptGenerator;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * A schema as docs/schema.md describes it, and what is made of it: the form that peers exchange, what parts it from a
 * newer one, source files. Immutable.
 */
public final class SchemaFile {
    /** What every generated file says in its first line. */
    public static final String MARKER = "Written by psyne gen";

    private final Schema schema;

    private SchemaFile(Schema schema) {
        this.schema = schema;
    }

    /**
     * What peers exchange of one definition: all that it reaches.
     *
     * @param name the service's; a record's or an enum's if there is no service
     * @param canonical ASCII
     * @param fingerprint the first eight bytes of its SHA-256, as 16 hexadecimal digits
     */
    public record Exchanged(String name, String canonical, String fingerprint) {}

    /** What source files are written in. */
    public enum Language {
        /** A file for each definition, in the folder of the package. */
        JAVA,
        /** One module, for Python 3.10 and newer. */
        PYTHON,
        /** One module, for TypeScript 5 and ES2020. */
        TYPESCRIPT
    }

    /**
     * Reads a text of at most 1 MiB.
     *
     * @throws SchemaException with line and column of the first fault
     */
    public static SchemaFile parse(String text) {
        return new SchemaFile(Schema.parse(text));
    }

    /**
     * The schema that a service's interface is.
     *
     * @throws SchemaException that names the interface, the method, the parameter and what cannot be mapped
     */
    public static SchemaFile of(Class<?> service) {
        return new SchemaFile(JavaService.of(service).java().schema());
    }

    /** The services, by name; the records and enums if there is none. */
    public List<Exchanged> exchanged() {
        Stream<? extends Definition> all =
                schema.services().isEmpty() ? schema.definitions().stream() : schema.services().stream();
        return all.map(definition -> {
                    Schema only = schema.only(definition.name());
                    return new Exchanged(definition.name(), only.canonical(), Schema.hex(only.fingerprint()));
                })
                .toList();
    }

    /**
     * What parts peers of this schema from peers of a newer one.
     *
     * @return sentences of what, where and what to do instead; none if they understand each other
     */
    public List<String> breaks(SchemaFile newer) {
        return Evolution.breaks(schema, newer.schema);
    }

    /**
     * Source files.
     *
     * @return their texts by their paths, whose parts {@code /} divides
     * @throws SchemaException if the language cannot say it
     */
    public SortedMap<String, String> sources(Language language) {
        return switch (language) {
            case JAVA -> JavaGenerator.files(schema);
            case PYTHON -> PythonGenerator.files(schema);
            case TYPESCRIPT -> TypeScriptGenerator.files(schema);
        };
    }
}
