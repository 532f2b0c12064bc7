package dev.psyne.vlm.internal.text;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What may stand after {@code is} (Jinja's documentation, "List of Builtin Tests"). */
final class TemplateTests {
    private static final Map<String, String> OPERATORS = Map.ofEntries(
            Map.entry("eq", "=="),
            Map.entry("equalto", "=="),
            Map.entry("==", "=="),
            Map.entry("ne", "!="),
            Map.entry("!=", "!="),
            Map.entry("lt", "<"),
            Map.entry("lessthan", "<"),
            Map.entry("<", "<"),
            Map.entry("le", "<="),
            Map.entry("<=", "<="),
            Map.entry("gt", ">"),
            Map.entry("greaterthan", ">"),
            Map.entry(">", ">"),
            Map.entry("ge", ">="),
            Map.entry(">=", ">="),
            Map.entry("in", "in"));

    private final TemplateBudget budget;
    private final Operators operators;

    TemplateTests(TemplateBudget budget, Operators operators) {
        this.budget = budget;
        this.operators = operators;
    }

    boolean test(String name, @Nullable Object value, TemplateFunction.Given given) {
        String operator = OPERATORS.get(name);
        if (operator != null) {
            return Values.truth(operators.apply(operator, value, given.require(0, "other")));
        }
        return switch (name) {
            case "defined" -> !(value instanceof Values.Undefined);
            case "undefined" -> value instanceof Values.Undefined;
            case "none" -> value == null;
            case "string" -> value instanceof String;
            case "number" -> value instanceof Number || value instanceof Boolean;
            case "integer" -> Values.isInteger(value);
            case "float" -> value instanceof Double;
            case "boolean" -> value instanceof Boolean;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            case "mapping" -> value instanceof Map;
            case "sequence", "iterable" ->
                value instanceof List
                        || value instanceof Map
                        || value instanceof String
                        || value instanceof Values.Undefined;
            case "callable" -> value instanceof TemplateFunction;
            case "odd" -> Values.integer(value) % 2 != 0;
            case "even" -> Values.integer(value) % 2 == 0;
            case "divisibleby" -> Operators.remainder(Values.integer(value), given.integer(0, "num", 0)) == 0;
            case "lower" -> isCase(ValueText.of(value, budget), true);
            case "upper" -> isCase(ValueText.of(value, budget), false);
            default -> throw new TemplateFault("no test '" + name + "'");
        };
    }

    private static boolean isCase(String text, boolean lower) {
        String same = lower ? text.toLowerCase(Locale.ROOT) : text.toUpperCase(Locale.ROOT);
        String other = lower ? text.toUpperCase(Locale.ROOT) : text.toLowerCase(Locale.ROOT);
        return text.equals(same) && !text.equals(other);
    }
}
