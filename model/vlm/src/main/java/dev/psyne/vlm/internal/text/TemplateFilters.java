package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.internal.text.TemplateFunction.Given;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What may stand after {@code |} (Jinja's documentation, "List of Builtin Filters"). */
final class TemplateFilters {
    private final TemplateBudget budget;
    private final Operators operators;
    private final TemplateTests tests;
    private final TemplateMethods methods;

    TemplateFilters(TemplateBudget budget, Operators operators, TemplateTests tests, TemplateMethods methods) {
        this.budget = budget;
        this.operators = operators;
        this.tests = tests;
        this.methods = methods;
    }

    @Nullable
    Object apply(String name, @Nullable Object value, Given given) {
        return switch (name) {
            case "trim", "upper", "lower", "capitalize", "title", "replace", "string", "safe", "indent", "tojson" ->
                text(name, value, given);
            case "default", "d" -> fallback(value, given);
            case "length", "count" -> Values.length(value);
            case "abs", "int", "float", "round" -> number(name, value, given);
            default -> list(name, value, given);
        };
    }

    private Object text(String name, @Nullable Object value, Given given) {
        if (name.equals("tojson")) {
            return ValueText.json(value, indent(given.get(0, "indent", null)), budget);
        }
        String text = ValueText.of(value, budget);
        return switch (name) {
            case "trim" -> methods.strip(text, given.get(0, "chars", null), true, true);
            case "upper" -> methods.charged(text.toUpperCase(Locale.ROOT));
            case "lower" -> methods.charged(text.toLowerCase(Locale.ROOT));
            case "capitalize" -> methods.capitalize(text);
            case "title" -> methods.title(text);
            case "replace" ->
                methods.replace(text, given.text(0, "old"), given.text(1, "new"), given.integer(2, "count", -1));
            case "indent" -> indented(text, given);
            default -> text;
        };
    }

    private static int indent(@Nullable Object value) {
        return value == null ? -1 : (int) Math.clamp(Values.integer(value), 0, 16);
    }

    private String indented(String text, Given given) {
        int width = indent(given.get(0, "width", 4L));
        boolean first = Values.truth(given.get(1, "first", false));
        boolean blank = Values.truth(given.get(2, "blank", false));
        StringBuilder out = new StringBuilder();
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            budget.characters(lines[i].length() + (long) width + 1);
            out.append(i == 0 ? "" : "\n");
            boolean shifted = i == 0 ? first : blank || !lines[i].isEmpty();
            out.repeat(' ', shifted ? width : 0).append(lines[i]);
        }
        return out.toString();
    }

    private static @Nullable Object fallback(@Nullable Object value, Given given) {
        boolean emptyToo = Values.truth(given.get(1, "boolean", false));
        boolean there = emptyToo ? Values.truth(value) : !(value instanceof Values.Undefined);
        return there ? value : given.get(0, "default_value", "");
    }

    private Object number(String name, @Nullable Object value, Given given) {
        return switch (name) {
            case "abs" ->
                Values.isInteger(value)
                        ? (Object) Math.abs(Values.integer(value))
                        : (Object) Math.abs(Values.number(value));
            case "int" -> parsed(value, given.integer(0, "default", 0));
            case "float" ->
                value instanceof Number number ? number.doubleValue() : decimal(ValueText.of(value, budget));
            default -> {
                double scale = Math.pow(10, given.integer(0, "precision", 0));
                yield Math.rint(Values.number(value) * scale) / scale;
            }
        };
    }

    private static long parsed(@Nullable Object value, long fallback) {
        if (!(value instanceof String text)) {
            return value instanceof Number number ? number.longValue() : Boolean.TRUE.equals(value) ? 1 : fallback;
        }
        try {
            return (long) Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return fallback;
        }
    }

    private static double decimal(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private @Nullable Object list(String name, @Nullable Object value, Given given) {
        if (name.equals("items")) {
            return value instanceof Map<?, ?> map ? methods.items(map) : Values.elements(value, budget);
        }
        List<?> elements = elements(name, value);
        return switch (name) {
            case "list" -> new ArrayList<>(elements);
            case "join" -> joined(elements, given);
            case "first" -> elements.isEmpty() ? new Values.Undefined("first") : elements.getFirst();
            case "last" -> elements.isEmpty() ? new Values.Undefined("last") : elements.getLast();
            case "reverse" -> value instanceof String ? methods.join("", elements.reversed()) : elements.reversed();
            case "sort" -> sorted(elements, given);
            case "unique" -> unique(elements);
            case "min" -> extreme(elements, given, 1);
            case "max" -> extreme(elements, given, -1);
            case "sum" -> sum(elements, given);
            case "map" -> mapped(elements, given);
            case "select" -> chosen(elements, null, given, 0, true);
            case "reject" -> chosen(elements, null, given, 0, false);
            case "selectattr" -> chosen(elements, given.text(0, "attribute"), given, 1, true);
            case "rejectattr" -> chosen(elements, given.text(0, "attribute"), given, 1, false);
            default -> throw new TemplateFault("no filter '" + name + "'");
        };
    }

    private List<?> elements(String name, @Nullable Object value) {
        boolean known = switch (name) {
            case "list", "join", "first", "last", "reverse", "sort", "unique", "min", "max", "sum", "map" -> true;
            case "select", "reject", "selectattr", "rejectattr" -> true;
            default -> false;
        };
        if (!known) {
            throw new TemplateFault("no filter '" + name + "'");
        }
        List<?> elements = Values.elements(value, budget);
        budget.steps(elements.size());
        return elements;
    }

    private String joined(List<?> elements, Given given) {
        Object attribute = given.get(1, "attribute", null);
        List<?> texts = attribute == null ? elements : attributes(elements, Values.text(attribute));
        return methods.join(Values.text(given.get(0, "d", "")), texts);
    }

    private List<@Nullable Object> attributes(List<?> elements, String path) {
        List<@Nullable Object> values = new ArrayList<>();
        elements.forEach(element -> values.add(attribute(element, path)));
        return values;
    }

    /** An attribute of an attribute and so on, with points between the names. */
    private @Nullable Object attribute(@Nullable Object element, String path) {
        Object value = element;
        for (String name : path.split("\\.", -1)) {
            budget.step();
            value = value instanceof Map<?, ?> map && map.containsKey(name)
                    ? map.get(name)
                    : new Values.Undefined(name);
        }
        return value;
    }

    private List<?> sorted(List<?> elements, Given given) {
        Object attribute = given.get(2, "attribute", null);
        boolean caseMatters = Values.truth(given.get(1, "case_sensitive", false));
        Comparator<@Nullable Object> order = (a, b) -> {
            budget.step();
            Object left = attribute == null ? a : attribute(a, Values.text(attribute));
            Object right = attribute == null ? b : attribute(b, Values.text(attribute));
            return left instanceof String x && right instanceof String y && !caseMatters
                    ? x.toLowerCase(Locale.ROOT).compareTo(y.toLowerCase(Locale.ROOT))
                    : Values.compare(left, right);
        };
        List<@Nullable Object> sorted = new ArrayList<>(elements);
        sorted.sort(Values.truth(given.get(0, "reverse", false)) ? order.reversed() : order);
        return sorted;
    }

    private List<?> unique(List<?> elements) {
        List<@Nullable Object> unique = new ArrayList<>();
        for (Object element : elements) {
            if (!operators.contains(unique, element)) {
                unique.add(element);
            }
        }
        return unique;
    }

    private @Nullable Object extreme(List<?> elements, Given given, int sign) {
        if (elements.isEmpty()) {
            return new Values.Undefined("extreme");
        }
        List<?> sorted = sorted(elements, new Given(List.of(), given.named()));
        return sign > 0 ? sorted.getFirst() : sorted.getLast();
    }

    private @Nullable Object sum(List<?> elements, Given given) {
        Object attribute = given.get(0, "attribute", null);
        Object sum = given.get(1, "start", 0L);
        for (Object element : elements) {
            sum = operators.apply("+", sum, attribute == null ? element : attribute(element, Values.text(attribute)));
        }
        return sum;
    }

    private List<?> mapped(List<?> elements, Given given) {
        if (given.named().containsKey("attribute")) {
            Object fallback = given.named().get("default");
            List<@Nullable Object> values =
                    attributes(elements, Values.text(given.named().get("attribute")));
            values.replaceAll(value -> value instanceof Values.Undefined && fallback != null ? fallback : value);
            return values;
        }
        String filter = given.text(0, "filter");
        Given rest = rest(given, 1);
        List<@Nullable Object> values = new ArrayList<>();
        elements.forEach(element -> values.add(apply(filter, element, rest)));
        return values;
    }

    private List<?> chosen(List<?> elements, @Nullable String attribute, Given given, int testPlace, boolean wanted) {
        Object test = given.get(testPlace, "test", null);
        Given rest = rest(given, testPlace + 1);
        List<@Nullable Object> chosen = new ArrayList<>();
        for (Object element : elements) {
            budget.step();
            Object value = attribute == null ? element : attribute(element, attribute);
            boolean passes = test == null ? Values.truth(value) : tests.test(Values.text(test), value, rest);
            if (passes == wanted) {
                chosen.add(element);
            }
        }
        return chosen;
    }

    private static Given rest(Given given, int from) {
        List<@Nullable Object> all = given.positional();
        return new Given(all.subList(Math.min(from, all.size()), all.size()), given.named());
    }
}
