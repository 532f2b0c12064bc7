package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.text.TemplateToken.Kind;
import java.nio.file.Path;
import java.util.List;

/** Where a parser stands in the tokens of a template, and how deep; what does not fit is refused with its line. */
final class TemplateCursor {
    /** Deepest nesting of brackets and blocks. */
    static final int MAX_DEPTH = 64;

    /** Most operators, filters, calls and attributes in one statement. */
    static final int MAX_OPERATIONS = 300;

    private final Path file;
    private final List<TemplateToken> tokens;
    private int at;
    private int depth;
    private int operations;

    TemplateCursor(Path file, List<TemplateToken> tokens) {
        this.file = file;
        this.tokens = tokens;
    }

    TemplateToken peek() {
        return tokens.get(at);
    }

    /** The token after the next. */
    TemplateToken peekNext() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    TemplateToken take() {
        TemplateToken token = tokens.get(at);
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    int line() {
        return peek().line();
    }

    boolean at(Kind kind) {
        return peek().kind() == kind;
    }

    boolean name(String name) {
        return peek().is(Kind.NAME, name);
    }

    boolean operator(String operator) {
        return peek().is(Kind.OPERATOR, operator);
    }

    boolean takeName(String name) {
        boolean there = name(name);
        at += there ? 1 : 0;
        return there;
    }

    boolean takeOperator(String operator) {
        boolean there = operator(operator);
        at += there ? 1 : 0;
        return there;
    }

    String expectName() {
        return expect(Kind.NAME, "a name").text();
    }

    void expectOperator(String operator) {
        if (!takeOperator(operator)) {
            throw refuse(peek(), "'" + operator + "'");
        }
    }

    TemplateToken expect(Kind kind, String expected) {
        if (!at(kind)) {
            throw refuse(peek(), expected);
        }
        return take();
    }

    long integer(TemplateToken token) {
        try {
            return Long.parseLong(token.text().replace("_", ""));
        } catch (NumberFormatException e) {
            throw new ModelException(
                    file, "chat template, line " + token.line(), token.text(), "a number of 64 bits", e);
        }
    }

    /** Goes one bracket or block deeper. */
    void enter() {
        if (++depth > MAX_DEPTH) {
            throw refuse(peek(), "at most " + MAX_DEPTH + " brackets or blocks inside each other");
        }
    }

    void leave() {
        depth--;
    }

    /** Begins a statement. */
    void statement() {
        operations = 0;
    }

    /** Counts an operator. */
    void count() {
        if (++operations > MAX_OPERATIONS) {
            throw refuse(peek(), "at most " + MAX_OPERATIONS + " operations in one statement");
        }
    }

    ModelException refuse(TemplateToken found, String expected) {
        return TemplateLexer.refuse(file, found.line(), found.describe(), expected);
    }
}
