package dev.psyne.vlm.internal.text;

import java.text.Normalizer;
import java.util.List;

/**
 * How a text becomes words, none of which a token crosses.
 *
 * @param forms normal forms of Unicode, applied in order
 * @param steps cuts in order, each within the pieces of the one before
 */
record TextSplit(List<Normalizer.Form> forms, List<Step> steps) {
    /** Not a cut: a text is taken as if it began with a space. */
    static final Step PREFIX_SPACE = piece -> List.of(piece.startsWith(" ") ? piece : " " + piece);

    /** Cuts a text into pieces. */
    @FunctionalInterface
    interface Step {
        /** The pieces of a text, none of them empty. */
        List<String> pieces(String text);
    }

    String normalize(String text) {
        String normal = text;
        for (Normalizer.Form form : forms) {
            normal = Normalizer.normalize(normal, form);
        }
        return normal;
    }

    List<String> words(String text) {
        List<String> words = List.of(text);
        for (Step step : steps) {
            words = words.stream().flatMap(word -> step.pieces(word).stream()).toList();
        }
        return words;
    }
}
