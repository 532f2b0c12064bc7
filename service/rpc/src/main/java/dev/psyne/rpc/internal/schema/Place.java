package dev.psyne.rpc.internal.schema;

import dev.psyne.rpc.SchemaException;

/**
 * Where something stands in a text.
 *
 * @param line from 1; 0 if there is no text
 * @param column in characters, from 1; 0 if there is no text
 */
record Place(int line, int column) {
    static final Place NOWHERE = new Place(0, 0);

    SchemaException fault(String message) {
        return new SchemaException(message, line, column);
    }
}
