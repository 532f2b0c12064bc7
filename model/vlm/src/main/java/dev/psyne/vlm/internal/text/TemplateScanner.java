package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.internal.text.TemplateToken.Kind;
import java.nio.file.Path;
import java.util.List;

/** Reads the tokens inside a template's tag: names, numbers, strings, operators. */
final class TemplateScanner {
    private static final List<String> OPERATORS = List.of(
            "**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[", "]", "{",
            "}", ".", ",", ":", "|", ";");

    private final Path file;
    private final String source;
    private int line;
    private int end;

    TemplateScanner(Path file, String source, int line) {
        this.file = file;
        this.source = source;
        this.line = line;
    }

    int line() {
        return line;
    }

    /** The character after the last token. */
    int end() {
        return end;
    }

    int skipSpace(int from) {
        int at = from;
        while (at < source.length() && WhiteSpace.is(source.charAt(at))) {
            line += source.charAt(at++) == '\n' ? 1 : 0;
        }
        return at;
    }

    TemplateToken next(int at) {
        char first = source.charAt(at);
        if (Character.isLetter(first) || first == '_') {
            end = at + 1;
            while (end < source.length() && nameCharacter(source.charAt(end))) {
                end++;
            }
            return token(Kind.NAME, at);
        }
        if (first >= '0' && first <= '9') {
            return number(at);
        }
        if (first == '\'' || first == '"') {
            return string(at, first);
        }
        for (String operator : OPERATORS) {
            if (source.startsWith(operator, at)) {
                end = at + operator.length();
                return token(Kind.OPERATOR, at);
            }
        }
        throw TemplateLexer.refuse(file, line, "'" + first + "'", "an expression");
    }

    private static boolean nameCharacter(char character) {
        return Character.isLetterOrDigit(character) || character == '_';
    }

    private TemplateToken number(int at) {
        end = digits(at);
        boolean point = end + 1 < source.length() && source.charAt(end) == '.' && digit(source.charAt(end + 1));
        if (point) {
            end = digits(end + 1);
        }
        return token(point ? Kind.FLOAT : Kind.INTEGER, at);
    }

    private int digits(int from) {
        int at = from;
        while (at < source.length() && (digit(source.charAt(at)) || source.charAt(at) == '_')) {
            at++;
        }
        return at;
    }

    private static boolean digit(char character) {
        return character >= '0' && character <= '9';
    }

    private TemplateToken token(Kind kind, int at) {
        return new TemplateToken(kind, source.substring(at, end), line);
    }

    private TemplateToken string(int at, char quote) {
        int begin = line;
        StringBuilder value = new StringBuilder();
        int i = at + 1;
        while (i < source.length() && source.charAt(i) != quote) {
            char character = source.charAt(i++);
            line += character == '\n' ? 1 : 0;
            if (character != '\\' || i == source.length()) {
                value.append(character);
                continue;
            }
            i = escape(i, value);
        }
        if (i >= source.length()) {
            throw TemplateLexer.refuse(file, begin, "a string without end", String.valueOf(quote));
        }
        end = i + 1;
        return new TemplateToken(Kind.STRING, value.toString(), begin);
    }

    /** What a backslash makes of the characters after it, as in Python; says where the text goes on. */
    private int escape(int at, StringBuilder value) {
        char character = source.charAt(at);
        switch (character) {
            case 'n' -> value.append('\n');
            case 't' -> value.append('\t');
            case 'r' -> value.append('\r');
            case 'b' -> value.append('\b');
            case 'f' -> value.append('\f');
            case '\\', '\'', '"' -> value.append(character);
            case '\n' -> line++;
            case 'x' -> {
                return hexadecimal(at + 1, 2, value);
            }
            case 'u' -> {
                return hexadecimal(at + 1, 4, value);
            }
            default -> value.append('\\').append(character);
        }
        return at + 1;
    }

    private int hexadecimal(int at, int digits, StringBuilder value) {
        int character = 0;
        for (int i = at; i < at + digits; i++) {
            int digit = i < source.length() ? Character.digit(source.charAt(i), 16) : -1;
            if (digit < 0) {
                throw TemplateLexer.refuse(file, line, "an escape cut short", digits + " hexadecimal digits");
            }
            character = character * 16 + digit;
        }
        value.append((char) character);
        return at + digits;
    }
}
