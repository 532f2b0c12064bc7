package dev.psyne.vlm.internal.text;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An expression of a template. */
sealed interface Expression {
    /** The line it begins at, from 1. */
    int line();

    /** A string, a number, true, false or none. */
    record Literal(int line, @Nullable Object value) implements Expression {}

    record Variable(int line, String name) implements Expression {}

    /** A list; tuples are lists too. */
    record Items(int line, List<Expression> elements) implements Expression {}

    record Dictionary(int line, List<Expression> keys, List<Expression> values) implements Expression {}

    /** {@code object.name}. */
    record Attribute(int line, Expression object, String name) implements Expression {}

    /** {@code object[key]}. */
    record Index(int line, Expression object, Expression key) implements Expression {}

    /** {@code object[from:to:step]}. */
    record Slice(
            int line,
            Expression object,
            @Nullable Expression from,
            @Nullable Expression to,
            @Nullable Expression step) implements Expression {}

    /** {@code function(positional, name=named)}. */
    record Call(int line, Expression function, Arguments arguments) implements Expression {}

    /** {@code value | name(arguments)}. */
    record Filter(int line, Expression value, String name, Arguments arguments) implements Expression {}

    /** {@code value is name(arguments)}. */
    record Test(int line, Expression value, String name, Arguments arguments) implements Expression {}

    record Not(int line, Expression operand) implements Expression {}

    record Negative(int line, Expression operand) implements Expression {}

    record And(int line, Expression left, Expression right) implements Expression {}

    record Or(int line, Expression left, Expression right) implements Expression {}

    /** Arithmetic, {@code ~} and comparisons. */
    record Binary(int line, String operator, Expression left, Expression right) implements Expression {}

    /** {@code yes if condition else no}; without {@code else} it is undefined. */
    record Choice(
            int line,
            Expression condition,
            Expression yes,
            @Nullable Expression no) implements Expression {}

    record Arguments(List<Expression> positional, Map<String, Expression> named) {
        static final Arguments NONE = new Arguments(List.of(), Map.of());
    }
}
