package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.internal.text.TemplateToken.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses the statements of a template. Those that reach for other templates are not known. */
final class TemplateParser {
    private final TemplateCursor cursor;
    private final ExpressionParser expressions;
    private int loops;

    private TemplateParser(TemplateCursor cursor) {
        this.cursor = cursor;
        this.expressions = new ExpressionParser(cursor);
    }

    static List<Statement> parse(Path file, String source) {
        TemplateCursor cursor = new TemplateCursor(file, TemplateLexer.tokens(file, source));
        List<Statement> statements = new TemplateParser(cursor).statements(Set.of());
        cursor.expect(Kind.END, "a statement that begins something");
        return statements;
    }

    /** Statements up to the end, or up to one of these names, which is left. */
    private List<Statement> statements(Set<String> ends) {
        cursor.enter();
        List<Statement> statements = new ArrayList<>();
        while (!cursor.at(Kind.END)) {
            if (cursor.at(Kind.BLOCK_BEGIN) && (ends.contains(cursor.peekNext().text()) || endsOther())) {
                break;
            }
            cursor.statement();
            statements.add(statement());
        }
        cursor.leave();
        return statements;
    }

    private boolean endsOther() {
        String name = cursor.peekNext().text();
        return name.startsWith("end") || name.equals("else") || name.equals("elif");
    }

    private Statement statement() {
        TemplateToken token = cursor.take();
        return switch (token.kind()) {
            case DATA -> new Statement.Data(token.line(), token.text());
            case PRINT_BEGIN -> {
                Expression value = expressions.tuple();
                cursor.expect(Kind.PRINT_END, "}}");
                yield new Statement.Print(token.line(), value);
            }
            case BLOCK_BEGIN -> block(cursor.take());
            default -> throw cursor.refuse(token, "a statement");
        };
    }

    private Statement block(TemplateToken name) {
        return switch (name.text()) {
            case "if" -> condition(name.line());
            case "for" -> loop(name.line());
            case "set" -> assignment(name.line());
            case "macro" -> macro(name.line());
            case "break", "continue" -> {
                if (loops == 0) {
                    throw cursor.refuse(name, "a loop around it");
                }
                close();
                yield new Statement.Leave(name.line(), name.text().equals("continue"));
            }
            case "generation" -> {
                close();
                List<Statement> body = statements(Set.of("endgeneration"));
                end("endgeneration");
                yield new Statement.Group(name.line(), body);
            }
            default -> throw cursor.refuse(name, "if, for, set, macro, break, continue, generation or raw");
        };
    }

    private Statement condition(int line) {
        List<Expression> conditions = new ArrayList<>();
        List<List<Statement>> bodies = new ArrayList<>();
        do {
            cursor.statement();
            conditions.add(expressions.tuple());
            close();
            bodies.add(statements(Set.of("elif", "else", "endif")));
        } while (takeTag("elif"));
        List<Statement> otherwise = otherwise("endif");
        return new Statement.If(line, conditions, bodies, otherwise);
    }

    private Statement loop(int line) {
        List<String> names = names();
        if (!cursor.takeName("in")) {
            throw cursor.refuse(cursor.peek(), "in");
        }
        Expression elements = expressions.disjunction();
        Expression condition = cursor.takeName("if") ? expressions.expression() : null;
        if (cursor.name("recursive")) {
            throw cursor.refuse(cursor.peek(), "a loop that is not recursive");
        }
        close();
        loops++;
        List<Statement> body = statements(Set.of("else", "endfor"));
        loops--;
        return new Statement.For(line, names, elements, condition, body, otherwise("endfor"));
    }

    private List<Statement> otherwise(String end) {
        List<Statement> statements = List.of();
        if (takeTag("else")) {
            close();
            statements = statements(Set.of(end));
        }
        end(end);
        return statements;
    }

    private Statement assignment(int line) {
        List<String> names = names();
        if (names.size() == 1 && cursor.takeOperator(".")) {
            String field = cursor.expectName();
            cursor.expectOperator("=");
            Expression value = expressions.tuple();
            close();
            return new Statement.AssignField(line, names.getFirst(), field, value);
        }
        if (names.size() == 1 && cursor.at(Kind.BLOCK_END)) {
            close();
            List<Statement> body = statements(Set.of("endset"));
            end("endset");
            return new Statement.Capture(line, names.getFirst(), body);
        }
        cursor.expectOperator("=");
        Expression value = expressions.tuple();
        close();
        return new Statement.Assign(line, names, value);
    }

    private Statement macro(int line) {
        String name = cursor.expectName();
        cursor.expectOperator("(");
        List<String> parameters = new ArrayList<>();
        List<@Nullable Expression> defaults = new ArrayList<>();
        while (!cursor.takeOperator(")")) {
            parameters.add(cursor.expectName());
            defaults.add(cursor.takeOperator("=") ? expressions.expression() : null);
            if (!cursor.operator(")")) {
                cursor.expectOperator(",");
            }
        }
        close();
        int outer = loops;
        loops = 0;
        List<Statement> body = statements(Set.of("endmacro"));
        loops = outer;
        end("endmacro");
        return new Statement.Macro(line, name, parameters, defaults, body);
    }

    private List<String> names() {
        boolean bracket = cursor.takeOperator("(");
        List<String> names = new ArrayList<>(List.of(cursor.expectName()));
        while (cursor.takeOperator(",")) {
            names.add(cursor.expectName());
        }
        if (bracket) {
            cursor.expectOperator(")");
        }
        return names;
    }

    private boolean takeTag(String name) {
        if (!cursor.at(Kind.BLOCK_BEGIN) || !cursor.peekNext().is(Kind.NAME, name)) {
            return false;
        }
        cursor.take();
        cursor.take();
        return true;
    }

    private void end(String name) {
        if (!takeTag(name)) {
            throw cursor.refuse(cursor.at(Kind.BLOCK_BEGIN) ? cursor.peekNext() : cursor.peek(), name);
        }
        close();
    }

    private void close() {
        cursor.expect(Kind.BLOCK_END, "%}");
    }
}
