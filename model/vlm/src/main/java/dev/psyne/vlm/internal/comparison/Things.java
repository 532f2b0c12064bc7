package dev.psyne.vlm.internal.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many of each thing a picture shows, by the names of a description.
 *
 * @param counts of 1 or more, in the order of the description
 */
record Things(Map<String, Integer> counts) {
    /** A thing that a description saw without knowing its name: nothing to be counted by. */
    static final String UNNAMED = "something";

    private static final String AND = "and";
    private static final String NOTHING = "nothing";

    /** The things of a description, whose words are those of its tokens: a name may hold an "and" of its own. */
    static Things described(List<String> words) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        List<String> name = new ArrayList<>();
        for (String word : words) {
            if (word.equals(AND)) {
                add(name, counts);
            } else if (!word.isBlank()) {
                name.add(word);
            }
        }
        add(name, counts);
        counts.remove(NOTHING);
        return new Things(counts);
    }

    private static void add(List<String> name, Map<String, Integer> counts) {
        if (!name.isEmpty()) {
            counts.merge(String.join(" ", name), 1, Integer::sum);
            name.clear();
        }
    }

    int count(String name) {
        return counts.getOrDefault(name, 0);
    }

    /** The same with another count of a thing. */
    Things with(String name, int count) {
        Map<String, Integer> changed = new LinkedHashMap<>(counts);
        changed.put(name, count);
        if (count == 0) {
            changed.remove(name);
        }
        return new Things(changed);
    }
}
