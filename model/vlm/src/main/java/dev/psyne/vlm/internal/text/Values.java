package dev.psyne.vlm.internal.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of a template and Python's rules for them: String, Long, Double, Boolean, List, Map with String keys, null for
 * none, {@link Undefined}, {@link Namespace} and {@link TemplateFunction}.
 */
final class Values {
    /** Deepest list or dict that is compared or printed. */
    static final int MAX_DEPTH = 64;

    private Values() {}

    /** A variable, element or attribute that is not there: empty and false, and nothing may be asked of it. */
    record Undefined(String name) {}

    /** What {@code namespace()} makes: the one value whose fields can be set. */
    record Namespace(Map<String, @Nullable Object> fields) {
        Namespace() {
            this(new HashMap<>());
        }
    }

    static boolean truth(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Undefined undefined -> false;
            case Boolean flag -> flag;
            case String text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case Double number -> number != 0;
            case Number number -> number.longValue() != 0;
            default -> true;
        };
    }

    static boolean isInteger(@Nullable Object value) {
        return value instanceof Number && !(value instanceof Double) && !(value instanceof Float);
    }

    static String text(@Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new TemplateFault(describe(value) + " where a string is wanted");
    }

    static long integer(@Nullable Object value) {
        if (value instanceof Number number && isInteger(value)) {
            return number.longValue();
        }
        if (value instanceof Boolean flag) {
            return flag ? 1 : 0;
        }
        throw new TemplateFault(describe(value) + " where a whole number is wanted");
    }

    static double number(@Nullable Object value) {
        return value instanceof Number number ? number.doubleValue() : integer(value);
    }

    /** What a value is, for messages. */
    static String describe(@Nullable Object value) {
        return switch (value) {
            case null -> "none";
            case Undefined undefined -> "'" + undefined.name() + "', which is undefined,";
            case String text -> "a string";
            case Boolean flag -> "a boolean";
            case Number number -> "the number " + number;
            case List<?> list -> "a list";
            case Map<?, ?> map -> "a dict";
            case Namespace namespace -> "a namespace";
            default -> "a function";
        };
    }

    /** The elements a loop goes through. */
    static List<?> elements(@Nullable Object value, TemplateBudget budget) {
        switch (value) {
            case List<?> list -> {
                return list;
            }
            case Map<?, ?> map -> {
                budget.steps(map.size());
                return new ArrayList<>(map.keySet());
            }
            case String text -> {
                budget.steps(text.length());
                return text.codePoints().mapToObj(Character::toString).toList();
            }
            case Undefined undefined -> {
                return List.of();
            }
            case null, default -> throw new TemplateFault(describe(value) + " where a list is wanted");
        }
    }

    static long length(@Nullable Object value) {
        return switch (value) {
            case String text -> text.codePointCount(0, text.length());
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case Undefined undefined -> 0;
            case null, default -> throw new TemplateFault(describe(value) + " has no length");
        };
    }

    static boolean same(@Nullable Object left, @Nullable Object right, TemplateBudget budget) {
        return same(left, right, budget, 0);
    }

    private static boolean same(@Nullable Object left, @Nullable Object right, TemplateBudget budget, int depth) {
        budget.step();
        requireDepth(depth);
        if (left instanceof List<?> a && right instanceof List<?> b) {
            boolean same = a.size() == b.size();
            for (int i = 0; same && i < a.size(); i++) {
                same = same(a.get(i), b.get(i), budget, depth + 1);
            }
            return same;
        }
        if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
            boolean same = a.size() == b.size();
            for (Map.Entry<?, ?> entry : a.entrySet()) {
                same = same
                        && b.containsKey(entry.getKey())
                        && same(entry.getValue(), b.get(entry.getKey()), budget, depth + 1);
            }
            return same;
        }
        if (numeric(left) && numeric(right)) {
            return number(left) == number(right);
        }
        if (left instanceof String a && right instanceof String b) {
            budget.characters(Math.min(a.length(), b.length()));
            return a.equals(b);
        }
        return left instanceof Undefined ? right instanceof Undefined : left == right;
    }

    private static boolean numeric(@Nullable Object value) {
        return value instanceof Number || value instanceof Boolean;
    }

    static int compare(@Nullable Object left, @Nullable Object right) {
        if (left instanceof String a && right instanceof String b) {
            return a.compareTo(b);
        }
        if (numeric(left) && numeric(right)) {
            return Double.compare(number(left), number(right));
        }
        throw new TemplateFault(describe(left) + " cannot be compared with " + describe(right));
    }

    static void requireDepth(int depth) {
        if (depth > MAX_DEPTH) {
            throw new TemplateFault("more than " + MAX_DEPTH + " lists inside each other");
        }
    }
}
