package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.internal.text.TemplateFunction.Given;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Works out expressions. For one rendering. */
final class Evaluator {
    private final TemplateBudget budget;
    private final Operators operators;
    private final TemplateMethods methods;
    private final TemplateTests tests;
    private final TemplateFilters filters;
    private int line = 1;

    Evaluator(TemplateBudget budget) {
        this.budget = budget;
        this.operators = new Operators(budget);
        this.methods = new TemplateMethods(budget);
        this.tests = new TemplateTests(budget, operators);
        this.filters = new TemplateFilters(budget, operators, tests, methods);
    }

    /** The line being worked on. */
    int line() {
        return line;
    }

    void line(int number) {
        line = number;
    }

    boolean truth(Expression expression, TemplateScope scope) {
        return Values.truth(value(expression, scope));
    }

    @Nullable
    Object value(Expression expression, TemplateScope scope) {
        budget.step();
        budget.enter();
        line = expression.line();
        Object value = switch (expression) {
            case Expression.Literal literal -> literal.value();
            case Expression.Variable variable -> plain(scope.get(variable.name()));
            case Expression.Items items -> values(items.elements(), scope);
            case Expression.Dictionary dictionary -> dictionary(dictionary, scope);
            case Expression.Attribute attribute -> plain(attribute(attribute, scope));
            case Expression.Index index -> plain(index(index, scope));
            case Expression.Slice slice -> slice(slice, scope);
            case Expression.Call call -> call(call, scope);
            case Expression.Filter filter -> {
                Object input = value(filter.value(), scope);
                yield filters.apply(filter.name(), input, given(filter.arguments(), scope));
            }
            case Expression.Test test -> {
                Object input = value(test.value(), scope);
                yield tests.test(test.name(), input, given(test.arguments(), scope));
            }
            case Expression.Not not -> !truth(not.operand(), scope);
            case Expression.Negative negative -> operators.apply("-", 0L, value(negative.operand(), scope));
            case Expression.And and -> either(and.left(), and.right(), false, scope);
            case Expression.Or or -> either(or.left(), or.right(), true, scope);
            case Expression.Binary binary ->
                operators.apply(binary.operator(), value(binary.left(), scope), value(binary.right(), scope));
            case Expression.Choice choice -> choice(choice, scope);
        };
        budget.leave();
        return value;
    }

    /** The left value if its truth decides, otherwise the right one. */
    private @Nullable Object either(Expression left, Expression right, boolean decides, TemplateScope scope) {
        Object value = value(left, scope);
        return Values.truth(value) == decides ? value : value(right, scope);
    }

    private Object slice(Expression.Slice slice, TemplateScope scope) {
        return Slices.slice(
                value(slice.object(), scope),
                optional(slice.from(), scope),
                optional(slice.to(), scope),
                optional(slice.step(), scope),
                budget);
    }

    private @Nullable Object choice(Expression.Choice choice, TemplateScope scope) {
        if (truth(choice.condition(), scope)) {
            return value(choice.yes(), scope);
        }
        return choice.no() == null ? new Values.Undefined("else") : value(choice.no(), scope);
    }

    private @Nullable Object optional(@Nullable Expression expression, TemplateScope scope) {
        return expression == null ? null : value(expression, scope);
    }

    private List<@Nullable Object> values(List<Expression> expressions, TemplateScope scope) {
        List<@Nullable Object> values = new ArrayList<>(expressions.size());
        expressions.forEach(expression -> values.add(value(expression, scope)));
        return values;
    }

    private Map<String, @Nullable Object> dictionary(Expression.Dictionary dictionary, TemplateScope scope) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < dictionary.keys().size(); i++) {
            String key = Values.text(value(dictionary.keys().get(i), scope));
            map.put(key, value(dictionary.values().get(i), scope));
        }
        return map;
    }

    private Given given(Expression.Arguments arguments, TemplateScope scope) {
        Map<String, @Nullable Object> named = new HashMap<>();
        arguments.named().forEach((name, expression) -> named.put(name, value(expression, scope)));
        return new Given(values(arguments.positional(), scope), named);
    }

    private @Nullable Object attribute(Expression.Attribute attribute, TemplateScope scope) {
        Object object = value(attribute.object(), scope);
        line = attribute.line();
        String name = attribute.name();
        if (object instanceof Values.Undefined) {
            throw new TemplateFault(Values.describe(object) + " is asked for '" + name + "'");
        }
        if (object instanceof Values.Namespace namespace) {
            return field(namespace.fields(), name);
        }
        TemplateFunction method = methods.find(object, name);
        return method != null
                ? method
                : object instanceof Map<?, ?> map ? field(map, name) : new Values.Undefined(name);
    }

    private static @Nullable Object field(Map<?, ?> map, String name) {
        return map.containsKey(name) ? map.get(name) : new Values.Undefined(name);
    }

    private @Nullable Object index(Expression.Index index, TemplateScope scope) {
        Object object = value(index.object(), scope);
        Object key = value(index.key(), scope);
        line = index.line();
        if (object instanceof Values.Undefined) {
            throw new TemplateFault(Values.describe(object) + " is asked for " + ValueText.of(key, budget));
        }
        if (key instanceof String name) {
            if (object instanceof Map<?, ?> map && map.containsKey(name)) {
                return map.get(name);
            }
            TemplateFunction method = methods.find(object, name);
            return method != null ? method : new Values.Undefined(name);
        }
        if ((object instanceof List || object instanceof String) && Values.isInteger(key)) {
            return Slices.element(object, Values.integer(key), budget);
        }
        return new Values.Undefined("[" + Values.describe(key) + "]");
    }

    private @Nullable Object call(Expression.Call call, TemplateScope scope) {
        Object function = value(call.function(), scope);
        if (!(function instanceof TemplateFunction callable)) {
            throw new TemplateFault(Values.describe(function) + " is called");
        }
        Given given = given(call.arguments(), scope);
        line = call.line();
        return callable.call(given);
    }

    /** Whole numbers and fractions each in one type, whatever the caller's variables hold. */
    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case Integer number -> number.longValue();
            case Short number -> number.longValue();
            case Byte number -> number.longValue();
            case Float number -> number.doubleValue();
            case null, default -> value;
        };
    }
}
