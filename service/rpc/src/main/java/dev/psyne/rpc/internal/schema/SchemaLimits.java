package dev.psyne.rpc.internal.schema;

/** How large a schema may be; the same for a file, a Java interface and what a peer sends. */
public final class SchemaLimits {
    /** Characters of a text, and bytes of a canonical form. */
    public static final int MAX_TEXT_BYTES = 1 << 20;

    /** Records, enums and services of a schema. */
    public static final int MAX_DEFINITIONS = 4096;

    /** Fields of a record, values of an enum, methods of a service, parameters of a method. */
    public static final int MAX_MEMBERS = 1024;

    /** Types nested in one another, the outermost and the innermost included. */
    public static final int MAX_NESTED_TYPES = 32;

    /** Characters of a name. */
    public static final int MAX_NAME_LENGTH = 128;

    /** The greatest number of a field. */
    public static final int MAX_FIELD_NUMBER = 65_535;

    private SchemaLimits() {}
}
