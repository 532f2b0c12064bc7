package dev.psyne.vlm.internal.evaluation;

import dev.psyne.vlm.EvaluationException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers names from 0 in the order of their first appearance. */
final class NameTable {
    private final String what;
    private final int maximum;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    /**
     * An empty table.
     *
     * @param what its names are, for an error
     * @param maximum number of names
     */
    NameTable(String what, int maximum) {
        this.what = what;
        this.maximum = maximum;
    }

    /** The number of a name, which it gets if it has none. */
    int number(Path file, String name) {
        Integer known = numbers.get(name);
        if (known != null) {
            return known;
        }
        if (names.size() == maximum) {
            throw new EvaluationException(file, "has more than " + maximum + " " + what + "; split the file", null);
        }
        numbers.put(name, names.size());
        names.add(name);
        return names.size() - 1;
    }

    String name(int number) {
        return names.get(number);
    }

    int size() {
        return names.size();
    }
}
