package dev.psyne.rpc.internal.schema;

/** Cuts a text into tokens, one at a time; blanks and comments lie between them. */
final class Lexer {
    private static final String SIGNS = "{}()<>;,?.";
    private static final String BLANKS = " \t\r\n";

    private final String text;
    private int at;
    private int line = 1;
    private int lineBegin;

    Lexer(String text) {
        this.text = text;
    }

    /** The next token, {@link Token.Kind#END} again and again at the end. */
    Token next() {
        skipBlanksAndComments();
        Place place = new Place(line, at - lineBegin + 1);
        if (at == text.length()) {
            return new Token(Token.Kind.END, "", place);
        }
        char first = text.charAt(at);
        if (isLetter(first)) {
            return new Token(Token.Kind.NAME, word(), place);
        }
        if (isDigit(first)) {
            return number(place);
        }
        if (text.startsWith("->", at)) {
            at += 2;
            return new Token(Token.Kind.SIGN, "->", place);
        }
        if (SIGNS.indexOf(first) >= 0) {
            at++;
            return new Token(Token.Kind.SIGN, String.valueOf(first), place);
        }
        throw place.fault(
                "'" + shown(first) + "' has no meaning here; names are letters, digits and '_', and begin with"
                        + " a letter; a comment begins with //");
    }

    private Token number(Place place) {
        String digits = word();
        for (int i = 0; i < digits.length(); i++) {
            if (!isDigit(digits.charAt(i))) {
                throw place.fault("a number is digits alone, and a name begins with a letter");
            }
        }
        if (digits.length() > 1 && digits.charAt(0) == '0') {
            throw place.fault("a number has no leading zero");
        }
        return new Token(Token.Kind.NUMBER, digits, place);
    }

    private String word() {
        int begin = at;
        while (at < text.length() && isPart(text.charAt(at))) {
            at++;
        }
        return text.substring(begin, at);
    }

    private void skipBlanksAndComments() {
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next == '\n') {
                line++;
                lineBegin = at + 1;
            } else if (text.startsWith("//", at)) {
                skipLine();
                continue;
            } else if (BLANKS.indexOf(next) < 0) {
                return;
            }
            at++;
        }
    }

    private void skipLine() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
    }

    private static String shown(char character) {
        return character > ' ' && character < 127
                ? String.valueOf(character)
                : String.format("U+%04X", (int) character);
    }

    private static boolean isLetter(char character) {
        return character >= 'a' && character <= 'z' || character >= 'A' && character <= 'Z';
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }

    private static boolean isPart(char character) {
        return isLetter(character) || isDigit(character) || character == '_';
    }
}
