package dev.psyne.vlm;

import java.text.Normalizer;
import java.util.Locale;

/** What a taught thing may be called: letters, digits, spaces and hyphens, so that it can stand in a sentence. */
public final class TaughtName {
    /** Longest name, in characters. */
    public static final int MAX_CHARACTERS = 40;

    private TaughtName() {}

    /**
     * A name as it is kept: composed (NFC), without spaces around it, one between words.
     *
     * @throws IllegalArgumentException if it is none; the message is a sentence for its author
     */
    public static String checked(String name) {
        if (name.length() > 4 * MAX_CHARACTERS) {
            throw tooLong(name.codePointCount(0, name.length()));
        }
        String clean = Normalizer.normalize(name, Normalizer.Form.NFC).strip().replaceAll(" +", " ");
        int characters = clean.codePointCount(0, clean.length());
        if (characters > MAX_CHARACTERS) {
            throw tooLong(characters);
        }
        boolean hasWord = clean.codePoints().anyMatch(Character::isLetterOrDigit);
        if (!hasWord || !clean.codePoints().allMatch(TaughtName::isAllowed)) {
            throw new IllegalArgumentException(
                    "The name '" + clean
                            + "' cannot be taught: take letters, digits, spaces and hyphens, and at least one letter or digit.");
        }
        return clean;
    }

    private static IllegalArgumentException tooLong(int characters) {
        return new IllegalArgumentException(
                "The name has " + characters + " characters; take at most " + MAX_CHARACTERS + ".");
    }

    private static boolean isAllowed(int character) {
        int type = Character.getType(character);
        boolean isMark = type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
        return Character.isLetterOrDigit(character) || isMark || character == ' ' || character == '-';
    }

    /** Two names with the same key are one: case, spaces and hyphens do not tell them apart. */
    public static String key(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[ -]+", " ")
                .strip();
    }
}
