package dev.psyne.vlm.internal.text;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement of a template. */
sealed interface Statement {
    /** The line it begins at, from 1. */
    int line();

    /** Text that is copied. */
    record Data(int line, String text) implements Statement {}

    record Print(int line, Expression value) implements Statement {}

    /** Conditions in order, each with its body; the body without a condition comes last and may be empty. */
    record If(int line, List<Expression> conditions, List<List<Statement>> bodies, List<Statement> otherwise)
            implements Statement {}

    /**
     * A loop.
     *
     * @param names what each element is called, or is taken apart into
     * @param condition which elements are taken
     * @param otherwise done if there was none
     */
    record For(
            int line,
            List<String> names,
            Expression elements,
            @Nullable Expression condition,
            List<Statement> body,
            List<Statement> otherwise)
            implements Statement {}

    /** Leaves a loop, or goes on with its next element. */
    record Leave(int line, boolean goesOn) implements Statement {}

    /** Sets variables: several take a value apart. */
    record Assign(int line, List<String> names, Expression value) implements Statement {}

    /** Sets a field of a namespace. */
    record AssignField(int line, String name, String field, Expression value) implements Statement {}

    /** Sets a variable to what a body prints. */
    record Capture(int line, String name, List<Statement> body) implements Statement {}

    /** A function that prints; a parameter without a default is undefined unless given. */
    record Macro(
            int line, String name, List<String> parameters, List<@Nullable Expression> defaults, List<Statement> body)
            implements Statement {}

    /** Statements that stand together and mean nothing more, such as the part a model generates. */
    record Group(int line, List<Statement> body) implements Statement {}
}
