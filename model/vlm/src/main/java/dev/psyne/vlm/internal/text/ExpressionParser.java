package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.internal.text.Expression.Arguments;
import dev.psyne.vlm.internal.text.TemplateToken.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses expressions with Jinja's precedence, loosest first: {@code if else}, {@code or}, {@code and}, {@code not}, comparison
 * and {@code in}, {@code + -}, {@code ~}, {@code * / // %}, {@code **}, sign, then attributes, calls, filters and tests.
 */
final class ExpressionParser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

    private final TemplateCursor cursor;

    ExpressionParser(TemplateCursor cursor) {
        this.cursor = cursor;
    }

    /** An expression, or several with commas between them, which are a list. */
    Expression tuple() {
        int line = cursor.line();
        Expression first = expression();
        if (!cursor.operator(",")) {
            return first;
        }
        List<Expression> elements = new ArrayList<>(List.of(first));
        while (cursor.takeOperator(",")
                && !cursor.at(Kind.BLOCK_END)
                && !cursor.at(Kind.PRINT_END)
                && !cursor.operator(")")) {
            elements.add(expression());
        }
        return new Expression.Items(line, elements);
    }

    Expression expression() {
        cursor.enter();
        int line = cursor.line();
        Expression value = disjunction();
        while (cursor.takeName("if")) {
            cursor.count();
            Expression condition = disjunction();
            Expression otherwise = cursor.takeName("else") ? expression() : null;
            value = new Expression.Choice(line, condition, value, otherwise);
        }
        cursor.leave();
        return value;
    }

    /** An expression without {@code if}, as the elements of a loop are. */
    Expression disjunction() {
        Expression left = conjunction();
        while (cursor.takeName("or")) {
            cursor.count();
            left = new Expression.Or(left.line(), left, conjunction());
        }
        return left;
    }

    private Expression conjunction() {
        Expression left = negation();
        while (cursor.takeName("and")) {
            cursor.count();
            left = new Expression.And(left.line(), left, negation());
        }
        return left;
    }

    private Expression negation() {
        int line = cursor.line();
        if (cursor.takeName("not")) {
            cursor.enter();
            Expression operand = negation();
            cursor.leave();
            return new Expression.Not(line, operand);
        }
        return comparison();
    }

    private Expression comparison() {
        Expression left = sum();
        Expression all = null;
        for (String operator = comparisonOperator(); operator != null; operator = comparisonOperator()) {
            cursor.count();
            Expression right = sum();
            Expression next = new Expression.Binary(left.line(), operator, left, right);
            all = all == null ? next : new Expression.And(all.line(), all, next);
            left = right;
        }
        return all == null ? left : all;
    }

    private @Nullable String comparisonOperator() {
        if (cursor.at(Kind.OPERATOR) && COMPARISONS.contains(cursor.peek().text())) {
            return cursor.take().text();
        }
        if (cursor.takeName("in")) {
            return "in";
        }
        if (cursor.name("not") && cursor.peekNext().is(Kind.NAME, "in")) {
            cursor.take();
            cursor.take();
            return "not in";
        }
        return null;
    }

    private Expression sum() {
        Expression left = concatenation();
        while (cursor.operator("+") || cursor.operator("-")) {
            cursor.count();
            String operator = cursor.take().text();
            left = new Expression.Binary(left.line(), operator, left, concatenation());
        }
        return left;
    }

    private Expression concatenation() {
        Expression left = product();
        while (cursor.takeOperator("~")) {
            cursor.count();
            left = new Expression.Binary(left.line(), "~", left, product());
        }
        return left;
    }

    private Expression product() {
        Expression left = power();
        while (cursor.operator("*") || cursor.operator("/") || cursor.operator("//") || cursor.operator("%")) {
            cursor.count();
            String operator = cursor.take().text();
            left = new Expression.Binary(left.line(), operator, left, power());
        }
        return left;
    }

    private Expression power() {
        Expression left = signed(true);
        while (cursor.takeOperator("**")) {
            cursor.count();
            left = new Expression.Binary(left.line(), "**", left, signed(true));
        }
        return left;
    }

    private Expression signed(boolean withFilters) {
        int line = cursor.line();
        Expression value;
        if (cursor.operator("-") || cursor.operator("+")) {
            boolean negative = cursor.take().text().equals("-");
            cursor.enter();
            Expression operand = signed(false);
            cursor.leave();
            value = negative ? new Expression.Negative(line, operand) : operand;
        } else {
            value = primary();
        }
        value = postfix(value);
        return withFilters ? filters(value) : value;
    }

    private Expression primary() {
        TemplateToken token = cursor.take();
        int line = token.line();
        return switch (token.kind()) {
            case STRING -> new Expression.Literal(line, strings(token.text()));
            case INTEGER -> new Expression.Literal(line, cursor.integer(token));
            case FLOAT ->
                new Expression.Literal(line, Double.valueOf(token.text().replace("_", "")));
            case NAME -> named(token);
            case OPERATOR -> bracketed(token);
            default -> throw cursor.refuse(token, "an expression");
        };
    }

    /** Strings beside each other are one. */
    private String strings(String first) {
        StringBuilder text = new StringBuilder(first);
        while (cursor.at(Kind.STRING)) {
            text.append(cursor.take().text());
        }
        return text.toString();
    }

    private Expression named(TemplateToken token) {
        return switch (token.text()) {
            case "true", "True" -> new Expression.Literal(token.line(), true);
            case "false", "False" -> new Expression.Literal(token.line(), false);
            case "none", "None" -> new Expression.Literal(token.line(), null);
            case "if", "else", "and", "or", "in", "is", "not" -> throw cursor.refuse(token, "an expression");
            default -> new Expression.Variable(token.line(), token.text());
        };
    }

    private Expression bracketed(TemplateToken token) {
        return switch (token.text()) {
            case "(" -> {
                if (cursor.takeOperator(")")) {
                    yield new Expression.Items(token.line(), List.of());
                }
                Expression inner = tuple();
                cursor.expectOperator(")");
                yield inner;
            }
            case "[" -> new Expression.Items(token.line(), elements("]"));
            case "{" -> dictionary(token.line());
            default -> throw cursor.refuse(token, "an expression");
        };
    }

    private List<Expression> elements(String close) {
        List<Expression> elements = new ArrayList<>();
        while (!cursor.takeOperator(close)) {
            elements.add(expression());
            if (!cursor.operator(close)) {
                cursor.expectOperator(",");
            }
        }
        return elements;
    }

    private Expression dictionary(int line) {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!cursor.takeOperator("}")) {
            keys.add(expression());
            cursor.expectOperator(":");
            values.add(expression());
            if (!cursor.operator("}")) {
                cursor.expectOperator(",");
            }
        }
        return new Expression.Dictionary(line, keys, values);
    }

    private Expression postfix(Expression object) {
        Expression value = object;
        while (true) {
            int line = cursor.line();
            if (cursor.takeOperator(".")) {
                value = attribute(value, line);
            } else if (cursor.takeOperator("[")) {
                value = subscript(value, line);
            } else if (cursor.operator("(")) {
                value = new Expression.Call(line, value, arguments());
            } else {
                return value;
            }
            cursor.count();
        }
    }

    private Expression attribute(Expression object, int line) {
        TemplateToken name = cursor.take();
        return switch (name.kind()) {
            case NAME -> new Expression.Attribute(line, object, name.text());
            case INTEGER -> new Expression.Index(line, object, new Expression.Literal(line, cursor.integer(name)));
            default -> throw cursor.refuse(name, "a name");
        };
    }

    private Expression subscript(Expression object, int line) {
        Expression from = cursor.operator(":") ? null : tuple();
        if (cursor.takeOperator("]")) {
            return new Expression.Index(line, object, from == null ? new Expression.Literal(line, null) : from);
        }
        cursor.expectOperator(":");
        Expression to = cursor.operator(":") || cursor.operator("]") ? null : expression();
        Expression step = cursor.takeOperator(":") && !cursor.operator("]") ? expression() : null;
        cursor.expectOperator("]");
        return new Expression.Slice(line, object, from, to, step);
    }

    private Arguments arguments() {
        cursor.expectOperator("(");
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!cursor.takeOperator(")")) {
            if (cursor.at(Kind.NAME) && cursor.peekNext().is(Kind.OPERATOR, "=")) {
                String name = cursor.take().text();
                cursor.take();
                named.put(name, expression());
            } else {
                positional.add(expression());
            }
            if (!cursor.operator(")")) {
                cursor.expectOperator(",");
            }
        }
        return new Arguments(positional, named);
    }

    private Expression filters(Expression unfiltered) {
        Expression value = unfiltered;
        while (true) {
            int line = cursor.line();
            if (cursor.takeOperator("|")) {
                String name = cursor.expectName();
                value = new Expression.Filter(line, value, name, callArguments());
            } else if (cursor.takeName("is")) {
                boolean not = cursor.takeName("not");
                String name = cursor.expectName();
                Expression test = new Expression.Test(line, value, name, testArguments());
                value = not ? new Expression.Not(line, test) : test;
            } else if (cursor.operator("(")) {
                value = new Expression.Call(line, value, arguments());
            } else {
                return value;
            }
            cursor.count();
        }
    }

    private Arguments callArguments() {
        return cursor.operator("(") ? arguments() : Arguments.NONE;
    }

    /** A test takes one argument without brackets too. */
    private Arguments testArguments() {
        TemplateToken next = cursor.peek();
        boolean value = next.kind() == Kind.STRING
                || next.kind() == Kind.INTEGER
                || next.kind() == Kind.FLOAT
                || next.is(Kind.OPERATOR, "[")
                || next.is(Kind.OPERATOR, "{")
                || next.kind() == Kind.NAME
                        && !Set.of("else", "or", "and", "is", "if", "not", "in").contains(next.text());
        return value ? new Arguments(List.of(postfix(primary())), Map.of()) : callArguments();
    }
}
