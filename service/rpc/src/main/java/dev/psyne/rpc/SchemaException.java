package dev.psyne.rpc;

/**
 * A schema that is none: its text does not parse, its definitions contradict one another, a Java type cannot be mapped,
 * or it is not what its fingerprint claims. The message says where, what is wrong and what to do; it is for a person.
 */
public final class SchemaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    /** A fault that lies in no text. */
    public SchemaException(String message) {
        this(message, 0, 0);
    }

    /**
     * A fault in a text.
     *
     * @param message what is wrong and what to do
     * @param line from 1; 0 if there is no text
     * @param column in characters, from 1; 0 if there is no text
     */
    public SchemaException(String message, int line, int column) {
        // Peers send schemas: a stack would say nothing that the place in the text does not.
        super(line == 0 ? message : line + ":" + column + ": " + message, null, false, false);
        this.line = line;
        this.column = column;
    }

    private SchemaException(String before, SchemaException fault) {
        super(before + fault.getMessage(), null, false, false);
        line = fault.line;
        column = fault.column;
    }

    /** The same fault, its message beginning with the name of the file it lies in, as compilers write it. */
    public SchemaException in(String file) {
        return new SchemaException(file + (line == 0 ? ": " : ":"), this);
    }

    /** The line of the text, from 1; 0 if the fault lies in no text. */
    public int line() {
        return line;
    }

    /** The column in that line, in characters from 1; 0 if the fault lies in no text. */
    public int column() {
        return column;
    }
}
