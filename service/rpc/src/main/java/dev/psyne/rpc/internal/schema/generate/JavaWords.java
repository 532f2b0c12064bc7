package dev.psyne.rpc.internal.schema.generate;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Names that Java's language (JLS 3.9, 8.1, 8.10) or {@link Object} keep from others. */
final class JavaWords {
    private static final Set<String> WORDS = Escapes.words("""
            abstract assert boolean break byte case catch char class const continue default do double else enum
            extends final finally float for goto if implements import instanceof int interface long native new
            package private protected public return short static strictfp super switch synchronized this throw
            throws transient try void volatile while true false null""");

    /** Of enum constants and parameters. */
    static final Escapes VARIABLES = new Escapes(WORDS);

    /** Of components and methods: nothing that every object has. */
    static final Escapes MEMBERS = new Escapes(with(
            List.of("clone", "equals", "finalize", "getClass", "hashCode", "notify", "notifyAll", "toString", "wait")));

    /** Of types: nothing that would hide the packages that generated files name. */
    static final Escapes TYPES =
            new Escapes(with(List.of("var", "yield", "record", "sealed", "permits", "java", "dev", "org")));

    private JavaWords() {}

    static boolean isWord(String name) {
        return WORDS.contains(name);
    }

    private static Set<String> with(List<String> more) {
        Set<String> all = new HashSet<>(WORDS);
        all.addAll(more);
        return all;
    }
}
