package dev.psyne.vlm.internal.text;

/** Characters with the property White_Space of Unicode (PropList.txt): more than those of {@link Character#isWhitespace}. */
final class WhiteSpace {
    private static final char NEXT_LINE = '\u0085';

    private WhiteSpace() {}

    static boolean is(char character) {
        return character >= '\t' && character <= '\r' || character == NEXT_LINE || Character.isSpaceChar(character);
    }
}
