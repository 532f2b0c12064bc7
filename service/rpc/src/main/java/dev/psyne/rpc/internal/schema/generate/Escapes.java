package dev.psyne.rpc.internal.schema.generate;

import java.util.Collection;
import java.util.Set;

/**
 * Names that a language can write: one that is a word of the language gets a {@code _} behind it, and another one as long
 * as that is a name already.
 */
record Escapes(Set<String> reserved) {
    Escapes {
        reserved = Set.copyOf(reserved);
    }

    /** The words of a text that blanks divide. */
    static Set<String> words(String text) {
        return Set.of(text.split("\\s+"));
    }

    /** A name among those beside it. */
    String of(String name, Collection<String> beside) {
        String written = name;
        while (reserved.contains(written) || !written.equals(name) && beside.contains(written)) {
            written += "_";
        }
        return written;
    }
}
