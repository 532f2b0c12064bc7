package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.text.TemplateToken.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a template into tokens (Jinja's documentation, "Template Designer", "Whitespace Control"), with the settings chat
 * templates are written for: the newline after a statement or comment goes, white space before one goes up to the start
 * of its line, a last newline goes; {@code -} takes all white space on its side, {@code +} leaves what would go.
 */
final class TemplateLexer {
    /** Longest template, in characters. */
    static final int MAX_TEMPLATE_CHARACTERS = 1 << 18;

    private final Path file;
    private final String source;
    private final List<TemplateToken> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private boolean trimAll;
    private boolean trimNewline;

    private TemplateLexer(Path file, String source) {
        this.file = file;
        this.source = source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
    }

    static List<TemplateToken> tokens(Path file, String source) {
        if (source.length() > MAX_TEMPLATE_CHARACTERS) {
            throw new ModelException(
                    file, "chat template", source.length() + " characters", "at most " + MAX_TEMPLATE_CHARACTERS);
        }
        return new TemplateLexer(file, source.replace("\r\n", "\n").replace('\r', '\n')).run();
    }

    static ModelException refuse(Path file, int line, String found, String expected) {
        return new ModelException(file, "chat template, line " + line, found, expected);
    }

    private List<TemplateToken> run() {
        while (at < source.length()) {
            int tag = nextTag();
            data(tag);
            if (tag < source.length()) {
                tag();
            }
        }
        tokens.add(new TemplateToken(Kind.END, "", line));
        return tokens;
    }

    private int nextTag() {
        for (int i = at; i + 1 < source.length(); i++) {
            if (source.charAt(i) == '{' && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return source.length();
    }

    /** Copies the text up to a tag, without the white space that this tag and the last one take. */
    private void data(int tag) {
        int begin = at;
        if (trimAll) {
            while (begin < tag && WhiteSpace.is(source.charAt(begin))) {
                begin++;
            }
        } else if (trimNewline && begin < tag && source.charAt(begin) == '\n') {
            begin++;
        }
        int end = begin + strippedLength(source.substring(begin, tag), tag, begin);
        if (end > begin) {
            tokens.add(new TemplateToken(Kind.DATA, source.substring(begin, end), line));
        }
        advance(tag);
        trimAll = false;
        trimNewline = false;
    }

    private int strippedLength(String text, int tag, int begin) {
        if (tag + 2 >= source.length()) {
            return text.length();
        }
        char mark = source.charAt(tag + 2);
        int end = text.length();
        if (mark == '-') {
            while (end > 0 && WhiteSpace.is(text.charAt(end - 1))) {
                end--;
            }
            return end;
        }
        if (mark == '+' || source.charAt(tag + 1) == '{') {
            return end;
        }
        while (end > 0 && text.charAt(end - 1) != '\n' && WhiteSpace.is(text.charAt(end - 1))) {
            end--;
        }
        boolean lineStart = end > 0 ? text.charAt(end - 1) == '\n' : begin == 0 || source.charAt(begin - 1) == '\n';
        return lineStart ? end : text.length();
    }

    private void tag() {
        int begin = line;
        char kind = source.charAt(at + 1);
        advance(at + 2);
        if (at < source.length() && (source.charAt(at) == '-' || source.charAt(at) == '+')) {
            advance(at + 1);
        }
        if (kind == '#') {
            int end = source.indexOf("#}", at);
            if (end < 0) {
                throw refuse(file, begin, "a comment without end", "#}");
            }
            trimAll = end > at && source.charAt(end - 1) == '-';
            trimNewline = end == at || source.charAt(end - 1) != '+';
            advance(end + 2);
            return;
        }
        boolean print = kind == '{';
        int first = tokens.size();
        tokens.add(new TemplateToken(print ? Kind.PRINT_BEGIN : Kind.BLOCK_BEGIN, print ? "{{" : "{%", begin));
        code(print ? "}}" : "%}", print, begin);
        if (!print && tokens.size() == first + 3 && tokens.get(first + 1).is(Kind.NAME, "raw")) {
            raw(first, begin);
        }
    }

    /** Text that is copied with its tags, up to {@code endraw}. */
    private void raw(int first, int begin) {
        tokens.subList(first, tokens.size()).clear();
        for (int end = source.indexOf("{%", at); end >= 0; end = source.indexOf("{%", end + 2)) {
            int name = end + 2;
            while (name < source.length() && "-+ \t\n".indexOf(source.charAt(name)) >= 0) {
                name++;
            }
            int close = source.indexOf("%}", name);
            if (source.startsWith("endraw", name) && close >= 0) {
                data(end);
                trimAll = source.charAt(close - 1) == '-';
                trimNewline = true;
                advance(close + 2);
                return;
            }
        }
        throw refuse(file, begin, "raw without end", "{% endraw %}");
    }

    /** The tokens of a tag, up to its end. Brackets are counted: a dict may end in the same sign as the tag. */
    private void code(String close, boolean print, int begin) {
        TemplateScanner scanner = new TemplateScanner(file, source, line);
        int depth = 0;
        while (true) {
            at = scanner.skipSpace(at);
            if (at >= source.length()) {
                throw refuse(file, begin, "a tag without end", close);
            }
            boolean minus = source.charAt(at) == '-' && source.startsWith(close, at + 1);
            boolean plus = source.charAt(at) == '+' && source.startsWith(close, at + 1);
            if (depth <= 0 && (minus || plus || source.startsWith(close, at))) {
                at += minus || plus ? 3 : 2;
                trimAll = minus;
                trimNewline = !print && !plus;
                line = scanner.line();
                tokens.add(new TemplateToken(print ? Kind.PRINT_END : Kind.BLOCK_END, close, line));
                return;
            }
            TemplateToken token = scanner.next(at);
            at = scanner.end();
            if (token.kind() == Kind.OPERATOR) {
                depth += "([{".contains(token.text()) ? 1 : ")]}".contains(token.text()) ? -1 : 0;
            }
            tokens.add(token);
        }
    }

    private void advance(int to) {
        while (at < to) {
            line += source.charAt(at++) == '\n' ? 1 : 0;
        }
    }
}
