package dev.psyne.vlm.internal.text;

/** The plural of an English noun that has a regular one. */
public final class RegularPlural {
    private static final String VOWELS = "aeiou";

    private RegularPlural() {}

    /** "dogs" for "dog", "cherries" for "cherry", "foxes" for "fox". */
    public static String of(String noun) {
        int length = noun.length();
        if (noun.endsWith("y") && length > 1 && VOWELS.indexOf(noun.charAt(length - 2)) < 0) {
            return noun.substring(0, length - 1) + "ies";
        }
        boolean hisses = noun.endsWith("s")
                || noun.endsWith("x")
                || noun.endsWith("z")
                || noun.endsWith("ch")
                || noun.endsWith("sh");
        return noun + (hisses ? "es" : "s");
    }
}
