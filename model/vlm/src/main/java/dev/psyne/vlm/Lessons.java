package dev.psyne.vlm;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that a model was taught, as it is at one moment. Handed to {@link Model#know}; an answer uses what was known when it
 * began. Immutable.
 *
 * @param things in any order, each name once
 */
public record Lessons(List<TaughtThing> things) {
    /** Most things a model is taught. */
    public static final int MAX_THINGS = 50;

    /** Fewest pictures of a thing. */
    public static final int MIN_PICTURES = 3;

    /** Most pictures of a thing. */
    public static final int MAX_PICTURES = 10;

    /** Nothing was taught. */
    public static final Lessons NONE = new Lessons(List.of());

    /**
     * Checks what is taught.
     *
     * @throws IllegalArgumentException if there are too many, or two of one name
     */
    public Lessons {
        things = List.copyOf(things);
        if (things.size() > MAX_THINGS) {
            throw new IllegalArgumentException("A model is taught at most " + MAX_THINGS + " things, not "
                    + things.size() + "; forget one first.");
        }
        Set<String> keys = new HashSet<>();
        for (TaughtThing thing : things) {
            if (!keys.add(TaughtName.key(thing.name()))) {
                throw new IllegalArgumentException("'" + thing.name() + "' is taught already; choose another name.");
            }
        }
    }

    /** The thing of a name, whatever its case, spaces and hyphens. */
    public Optional<TaughtThing> find(String name) {
        String key = TaughtName.key(name);
        return things.stream()
                .filter(thing -> TaughtName.key(thing.name()).equals(key))
                .findFirst();
    }
}
