package dev.psyne.vlm.internal.comparison;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A question brought to the form that patterns are matched against: lower-case words, a space behind each, "picture" for
 * its synonyms, no courtesies.
 */
final class QuestionWords {
    private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}\\p{M}\\p{N}']+");
    private static final Pattern SYNONYM =
            Pattern.compile("\\b(?:image|photo|photograph|drawing|scene|pic|frame|illustration|snapshot)(s?)\\b");
    private static final Pattern COURTESY = Pattern.compile(
            "^(?:(?:please|and|so|now|ok|okay|hey|tell me|can you tell me|could you tell me|do you know) )+|(?: please| in it| on it| in them)+(?= $)");
    private static final Pattern ALL_PICTURES = Pattern.compile("\\b(?:"
            + "(?:(?:both|all|each|every) (?:of )?)?(?:(?:the|these|those|this|that|my) )?(?:(?:two|three|four|2|3|4) )?pictures "
            + "|(?:each|every) (?:picture|one) |(?<=\\b(?:in|on) )(?:both|all|each|(?:both|all|each) of them|them) $)");
    private static final Pattern DO_THE_PICTURE = Pattern.compile("\\bdo the picture ");
    private static final Pattern PLACE_FIRST = Pattern.compile("^(?:in|on|of) the picture (?=\\S)");
    private static final Pattern PLACE_LAST = Pattern.compile("(?:in|on|of|from) the picture $");
    private static final Pattern OPEN = Pattern.compile("(?:.* )?(?:is|are) $");

    private QuestionWords() {}

    static int count(String text) {
        return BETWEEN.split(text.strip(), PictureQuestion.MAX_WORDS + 2).length;
    }

    static String normal(String text) {
        String words = Normalizer.normalize(text, Normalizer.Form.NFKC)
                .replace('\u2019', '\'')
                .toLowerCase(Locale.ROOT);
        String spaced = BETWEEN.matcher(words).replaceAll(" ").strip() + " ";
        String whole = spaced.replace("what's ", "what is ").replace("there's ", "there is ");
        String nouns = SYNONYM.matcher(whole).replaceAll("picture$1");
        return COURTESY.matcher(nouns).replaceAll("");
    }

    /** A question to be asked of each picture: as it was written, unless it says "in each picture" or the like. */
    static String ofEach(String text, String normal) {
        return ALL_PICTURES.matcher(normal).find() ? single(normal) : text;
    }

    /**
     * A question about pictures as one about a picture: "in each picture" becomes "in the picture", and goes where what is
     * left can stand alone.
     */
    static String single(String normal) {
        String one = ALL_PICTURES.matcher(normal).replaceAll("the picture ");
        one = DO_THE_PICTURE.matcher(one).replaceAll("does the picture ");
        one = PLACE_FIRST.matcher(one).replaceFirst("");
        String rest = PLACE_LAST.matcher(one).replaceFirst("");
        if (rest.equals("what is there ") || rest.equals("what ")) {
            return "what is in the picture";
        }
        boolean stands = !rest.isEmpty() && !OPEN.matcher(rest).matches();
        return (stands ? rest : rest.equals(one) ? one : rest + "in the picture").strip();
    }
}
