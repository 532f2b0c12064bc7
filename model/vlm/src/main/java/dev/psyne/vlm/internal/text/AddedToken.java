package dev.psyne.vlm.internal.text;

/**
 * A token that is cut out of the text before anything else is done to it.
 *
 * @param text how it is written
 * @param stripLeft takes the white space before it with it
 * @param stripRight takes the white space after it with it
 * @param singleWord only where no letter, digit or underscore touches it
 * @param normalized looked for in the normalised text instead of the text as it came
 * @param special steers the model, such as the end of a turn; not shown to readers
 */
record AddedToken(
        int id,
        String text,
        boolean stripLeft,
        boolean stripRight,
        boolean singleWord,
        boolean normalized,
        boolean special) {
    /** The same token, which steers the model. */
    AddedToken asSpecial() {
        return new AddedToken(id, text, stripLeft, stripRight, singleWord, normalized, true);
    }
}
