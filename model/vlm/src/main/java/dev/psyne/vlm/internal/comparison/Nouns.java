package dev.psyne.vlm.internal.comparison;

import dev.psyne.vlm.internal.text.RegularPlural;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** English around the names of things and the places of pictures. */
final class Nouns {
    private static final String VOWELS = "aeiou";
    private static final List<String> ORDINALS = List.of("first", "second", "third", "fourth");
    private static final Set<String> ALL_THINGS =
            Set.of("things", "objects", "items", "thing", "object", "item", "stuff");

    /** Names of what is not counted. */
    private static final Set<String> UNCOUNTED = Set.of(
            "bread",
            "corn",
            "popcorn",
            "broccoli",
            "spaghetti",
            "sushi",
            "bacon",
            "lettuce",
            "cheese",
            "butter",
            "milk",
            "honey",
            "beer",
            "soap",
            "wood",
            "yarn",
            "lightning",
            Things.UNNAMED);

    private static final Set<String> PLURALS = Set.of("people", "mice", "dice", "teeth", "children");

    private static final Map<String, String> IRREGULAR = Map.of(
            "mouse",
            "mice",
            "computer mouse",
            "computer mice",
            "maple leaf",
            "maple leaves",
            "cactus",
            "cacti",
            "wolf",
            "wolves",
            "knife",
            "knives",
            "scarf",
            "scarves",
            "person",
            "people",
            "tooth",
            "teeth",
            "bow and arrow",
            "bows and arrows");

    private Nouns() {}

    /** "a dog", "an apple", "grapes". */
    static String withArticle(String name) {
        if (hasNoArticle(name)) {
            return name;
        }
        return (VOWELS.indexOf(name.charAt(0)) >= 0 ? "an " : "a ") + name;
    }

    /** "a dog", "2 dogs". */
    static String counted(int count, String name) {
        if (count == 1 || name.equals(Things.UNNAMED)) {
            return withArticle(name);
        }
        return count + " " + (hasNoArticle(name) ? name : plural(name));
    }

    /** "the dog". */
    static String withThe(String name) {
        return name.equals(Things.UNNAMED) ? name : "the " + name;
    }

    private static boolean hasNoArticle(String name) {
        return isPlural(name) || UNCOUNTED.contains(name);
    }

    static boolean isPlural(String name) {
        return PLURALS.contains(name) || name.endsWith("s") && !name.endsWith("ss") && !name.endsWith("us");
    }

    private static String plural(String name) {
        String irregular = IRREGULAR.get(name);
        return irregular == null ? RegularPlural.of(name) : irregular;
    }

    /** The question whether there is one of a thing. */
    static String isThere(String thing) {
        return isPlural(thing) ? "are there any " + thing : "is there " + withArticle(thing);
    }

    /** The question how many of a thing there are. */
    static String howMany(String thing) {
        return "how many " + (ALL_THINGS.contains(thing) ? "things" : thing) + " are there";
    }

    /** "first" for 0. */
    static String ordinal(int picture) {
        return ORDINALS.get(picture);
    }

    /** "the first and the third". */
    static String pictures(List<Integer> pictures) {
        List<String> words = new ArrayList<>();
        for (int picture : pictures) {
            words.add("the " + ordinal(picture));
        }
        return list(words);
    }

    /** "a", "a and b", "a, b and c". */
    static String list(List<String> parts) {
        int last = parts.size() - 1;
        return last < 1
                ? String.join("", parts)
                : String.join(", ", parts.subList(0, last)) + " and " + parts.get(last);
    }
}
