package dev.psyne.rpc.internal.schema;

import dev.psyne.rpc.SchemaException;
import dev.psyne.rpc.internal.schema.Definition.EnumOf;
import dev.psyne.rpc.internal.schema.Definition.RecordOf;
import dev.psyne.rpc.internal.schema.Definition.ServiceOf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The checked definitions of one package: every name that a type mentions is there, and all bounds of {@link
 * SchemaLimits} hold. Enums stand first, then records, then services, each by name; fields and values stand by number,
 * methods by name. Immutable; equal to one of the same package and definitions.
 */
public final class Schema {
    private final String packageName;
    private final Map<String, Definition> definitions;
    private final String canonical;
    private final long fingerprint;

    private Schema(String packageName, Collection<Definition> definitions) {
        this.packageName = packageName;
        this.definitions = new LinkedHashMap<>();
        CanonicalOrder.of(definitions).forEach(definition -> this.definitions.put(definition.name(), definition));
        canonical = SchemaPrinter.print(packageName, this.definitions.values());
        if (canonical.length() > SchemaLimits.MAX_TEXT_BYTES) {
            throw new SchemaException("the canonical form of " + packageName + " would have " + canonical.length()
                    + " bytes; at most " + SchemaLimits.MAX_TEXT_BYTES
                    + " can be exchanged: split it into several packages");
        }
        fingerprint = fingerprint(canonical);
    }

    /**
     * The schema that a text in the language of docs/schema.md says.
     *
     * @throws SchemaException with line and column of the first fault
     */
    public static Schema parse(String text) {
        return SchemaParser.parse(text);
    }

    /**
     * The schema that a peer sent.
     *
     * @param canonical its canonical form
     * @param claimed the fingerprint that the peer calls it by
     * @throws SchemaException if it is no schema, not in canonical form, or another's fingerprint is claimed
     */
    public static Schema received(String canonical, long claimed) {
        Schema schema = parse(canonical);
        if (!schema.canonical.equals(canonical)) {
            throw new SchemaException("the schema of " + schema.packageName
                    + " is not in its canonical form; send what 'psyne gen --canonical' prints");
        }
        if (schema.fingerprint != claimed) {
            throw new SchemaException("the schema of " + schema.packageName + " has the fingerprint "
                    + hex(schema.fingerprint) + " and claims " + hex(claimed) + "; send its own");
        }
        return schema;
    }

    /**
     * A schema of definitions in any order.
     *
     * @throws SchemaException if they are none
     */
    public static Schema of(String packageName, Collection<? extends Definition> definitions) {
        return checked(packageName, List.copyOf(definitions), Map.of());
    }

    static Schema checked(String packageName, Collection<Definition> definitions, Map<Object, Place> places) {
        SchemaCheck.check(packageName, definitions, places);
        return new Schema(packageName, definitions);
    }

    /** Words joined by dots. */
    public String packageName() {
        return packageName;
    }

    /** All there is, in canonical order. */
    public List<Definition> definitions() {
        return List.copyOf(definitions.values());
    }

    /** What stands under a name. */
    public Optional<Definition> find(String name) {
        return Optional.ofNullable(definitions.get(name));
    }

    /** The record of a name. */
    public RecordOf record(String name) {
        return require(RecordOf.class, "record", name);
    }

    /** The enum of a name. */
    public EnumOf enumOf(String name) {
        return require(EnumOf.class, "enum", name);
    }

    /** The service of a name. */
    public ServiceOf service(String name) {
        return require(ServiceOf.class, "service", name);
    }

    /** The services, by name. */
    public List<ServiceOf> services() {
        return definitions.values().stream()
                .filter(ServiceOf.class::isInstance)
                .map(ServiceOf.class::cast)
                .toList();
    }

    /** What a service, record or enum reaches, itself included: what peers exchange. */
    public Schema only(String name) {
        Map<String, Definition> reached = new TreeMap<>();
        Deque<String> open = new ArrayDeque<>(
                List.of(require(Definition.class, "definition", name).name()));
        while (!open.isEmpty()) {
            Definition next = require(Definition.class, "definition", open.remove());
            if (reached.putIfAbsent(next.name(), next) == null) {
                types(next).forEach(type -> open.addAll(Mentions.of(type).names()));
            }
        }
        return reached.size() == definitions.size() ? this : new Schema(packageName, reached.values());
    }

    /** The text whose bytes, as ASCII, are this schema among peers. */
    public String canonical() {
        return canonical;
    }

    /** The first eight bytes of the canonical form's SHA-256, big endian. */
    public long fingerprint() {
        return fingerprint;
    }

    /** A fingerprint as it is written. */
    public static String hex(long fingerprint) {
        return HexFormat.of().toHexDigits(fingerprint);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Schema schema
                && packageName.equals(schema.packageName)
                && definitions.equals(schema.definitions);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(fingerprint);
    }

    @Override
    public String toString() {
        return packageName + " " + hex(fingerprint);
    }

    private <T extends Definition> T require(Class<T> kind, String word, String name) {
        Definition definition = definitions.get(name);
        if (!kind.isInstance(definition)) {
            throw new IllegalArgumentException("package " + packageName + " has no " + word + " '" + name + "'");
        }
        return kind.cast(definition);
    }

    private static Stream<Type> types(Definition definition) {
        return switch (definition) {
            case EnumOf _ -> Stream.of();
            case RecordOf of -> of.fields().stream().map(Field::type);
            case ServiceOf of ->
                of.methods().stream()
                        .flatMap(method -> Stream.of(
                                        method.parameters().stream().map(Field::type),
                                        Stream.ofNullable(method.input()),
                                        Stream.ofNullable(method.output()).map(Definition.Output::type))
                                .flatMap(each -> each));
        };
    }

    private static long fingerprint(String canonical) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.US_ASCII));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256, and this one does not", e);
        }
    }
}
