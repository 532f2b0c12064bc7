package dev.psyne.node;

import dev.psyne.hypha.JsonValues;
import org.jspecify.annotations.Nullable;

/**
 * Prints what a call gives: text as it is, all else as JSON.
 *
 * @param isJson whether it is to be one JSON document
 */
record CallOutput(Terminal terminal, JsonValues values, boolean isJson) {
    /** A whole result. */
    void result(@Nullable Object result) {
        terminal.out().println(isJson ? values.write(result).toString() : words(result));
        terminal.out().flush();
    }

    /** An element of a stream, as it comes; words go on where the last ended, all else has a line of its own. */
    void element(@Nullable Object element) {
        if (element instanceof String) {
            terminal.out().print(element);
        } else {
            terminal.out().println(words(element));
        }
        terminal.out().flush();
    }

    /** The stream is over. */
    void end() {
        terminal.out().println();
        terminal.out().flush();
    }

    /** Whether nobody reads any more. */
    boolean isClosed() {
        return terminal.out().checkError();
    }

    private String words(@Nullable Object value) {
        return value instanceof String text ? text : values.write(value).toString();
    }
}
