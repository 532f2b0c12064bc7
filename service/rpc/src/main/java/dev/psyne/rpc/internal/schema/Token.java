package dev.psyne.rpc.internal.schema;

/**
 * A word, number or sign of a text.
 *
 * @param text as it is written; empty at the end
 */
record Token(Kind kind, String text, Place place) {
    enum Kind {
        NAME,
        NUMBER,
        SIGN,
        END
    }

    boolean is(String expected) {
        return kind != Kind.END && text.equals(expected);
    }

    /** For a message. */
    String shown() {
        if (kind == Kind.END) {
            return "the end of the text";
        }
        return text.length() <= SchemaLimits.MAX_NAME_LENGTH
                ? "'" + text + "'"
                : "'" + text.substring(0, SchemaLimits.MAX_NAME_LENGTH) + "…'";
    }
}
