package dev.psyne.vlm.internal.text;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values in writing: as Python prints them, and as JSON. */
final class ValueText {
    private static final double WHOLE_LIMIT = 1e16;

    private final TemplateBudget budget;
    private final StringBuilder out = new StringBuilder();
    private final boolean json;
    private final int indent;

    private ValueText(TemplateBudget budget, boolean json, int indent) {
        this.budget = budget;
        this.json = json;
        this.indent = indent;
    }

    /** As {@code str} of Python: strings as they are, other values as in a program. */
    static String of(@Nullable Object value, TemplateBudget budget) {
        if (value instanceof String text) {
            return text;
        }
        return value instanceof Values.Undefined ? "" : write(value, new ValueText(budget, false, -1));
    }

    /** As Python's {@code json.dumps} without {@code ensure_ascii}; an indent below zero means one line. */
    static String json(@Nullable Object value, int indent, TemplateBudget budget) {
        return write(value, new ValueText(budget, true, indent));
    }

    private static String write(@Nullable Object value, ValueText text) {
        text.value(value, 0);
        return text.out.toString();
    }

    private void value(@Nullable Object value, int depth) {
        budget.step();
        Values.requireDepth(depth);
        switch (value) {
            case null -> add(json ? "null" : "None");
            case String text -> string(text);
            case Boolean flag -> add(json ? flag.toString() : flag ? "True" : "False");
            case Number number -> add(number(number));
            case List<?> list -> list(list, depth);
            case Map<?, ?> map -> map(map, depth);
            default -> {
                if (json) {
                    throw new TemplateFault(Values.describe(value) + " has no form in JSON");
                }
                add(value instanceof Values.Undefined ? "Undefined" : "<" + Values.describe(value) + ">");
            }
        }
    }

    private static String number(Number number) {
        if (Values.isInteger(number)) {
            return number.toString();
        }
        double value = number.doubleValue();
        if (value == Math.rint(value) && Math.abs(value) < WHOLE_LIMIT) {
            return (long) value + ".0";
        }
        return Double.isInfinite(value) || Double.isNaN(value)
                ? Double.toString(value).toLowerCase(Locale.ROOT)
                : Double.toString(value).replace("E", "e");
    }

    private void list(List<?> list, int depth) {
        add("[");
        String separator = "";
        for (Object element : list) {
            add(separator);
            line(depth + 1);
            value(element, depth + 1);
            separator = indent >= 0 ? "," : ", ";
        }
        if (!list.isEmpty()) {
            line(depth);
        }
        add("]");
    }

    private void map(Map<?, ?> map, int depth) {
        add("{");
        String separator = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            add(separator);
            line(depth + 1);
            string(String.valueOf(entry.getKey()));
            add(": ");
            value(entry.getValue(), depth + 1);
            separator = indent >= 0 ? "," : ", ";
        }
        if (!map.isEmpty()) {
            line(depth);
        }
        add("}");
    }

    private void line(int depth) {
        if (indent >= 0) {
            budget.characters((long) indent * depth);
            out.append('\n').repeat(' ', indent * depth);
        }
    }

    private void string(String text) {
        budget.characters(2L * text.length());
        char quote = json || text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            switch (character) {
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (character == quote) {
                        out.append('\\').append(quote);
                    } else if (character < ' ') {
                        out.append(control(character));
                    } else {
                        out.append(character);
                    }
                }
            }
        }
        out.append(quote);
    }

    private String control(char character) {
        if (json && (character == '\b' || character == '\f')) {
            return character == '\b' ? "\\b" : "\\f";
        }
        return String.format(Locale.ROOT, json ? "\\u%04x" : "\\x%02x", (int) character);
    }

    private void add(String text) {
        budget.characters(text.length());
        out.append(text);
    }
}
