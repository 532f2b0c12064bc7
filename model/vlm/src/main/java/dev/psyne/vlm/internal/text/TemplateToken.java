package dev.psyne.vlm.internal.text;

/**
 * A token of a template.
 *
 * @param text what it says: for a string its value without quotes, otherwise as written
 * @param line where it begins, from 1
 */
record TemplateToken(Kind kind, String text, int line) {
    enum Kind {
        /** Text between the tags, to be copied. */
        DATA,
        /** A name or keyword. */
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        /** Begin and end of an expression to be printed. */
        PRINT_BEGIN,
        PRINT_END,
        /** Begin and end of a statement. */
        BLOCK_BEGIN,
        BLOCK_END,
        END
    }

    boolean is(Kind wanted, String wantedText) {
        return kind == wanted && text.equals(wantedText);
    }

    String describe() {
        return kind == Kind.END ? "the end" : "'" + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + "'";
    }
}
