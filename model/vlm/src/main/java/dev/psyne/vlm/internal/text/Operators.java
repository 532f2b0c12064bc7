package dev.psyne.vlm.internal.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators between two values, as Python has them. */
final class Operators {
    private final TemplateBudget budget;

    Operators(TemplateBudget budget) {
        this.budget = budget;
    }

    @Nullable
    Object apply(String operator, @Nullable Object left, @Nullable Object right) {
        return switch (operator) {
            case "==" -> Values.same(left, right, budget);
            case "!=" -> !Values.same(left, right, budget);
            case "<" -> Values.compare(left, right) < 0;
            case "<=" -> Values.compare(left, right) <= 0;
            case ">" -> Values.compare(left, right) > 0;
            case ">=" -> Values.compare(left, right) >= 0;
            case "in" -> contains(right, left);
            case "not in" -> !contains(right, left);
            case "~" -> joined(ValueText.of(left, budget), ValueText.of(right, budget));
            case "+" -> plus(left, right);
            case "*" -> times(left, right);
            default -> arithmetic(operator, left, right);
        };
    }

    boolean contains(@Nullable Object container, @Nullable Object wanted) {
        return switch (container) {
            case String text -> {
                String part = Values.text(wanted);
                budget.search(text, part);
                yield text.contains(part);
            }
            case Map<?, ?> map -> wanted instanceof String key && map.containsKey(key);
            case List<?> list -> {
                for (Object element : list) {
                    if (Values.same(element, wanted, budget)) {
                        yield true;
                    }
                }
                yield false;
            }
            case Values.Undefined undefined -> false;
            case null, default -> throw new TemplateFault(Values.describe(container) + " contains nothing");
        };
    }

    private String joined(String left, String right) {
        budget.characters((long) left.length() + right.length());
        return left + right;
    }

    private @Nullable Object plus(@Nullable Object left, @Nullable Object right) {
        if (left instanceof String a && right instanceof String b) {
            return joined(a, b);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            budget.steps((long) a.size() + b.size());
            List<@Nullable Object> sum = new ArrayList<>(a);
            sum.addAll(b);
            return sum;
        }
        return arithmetic("+", left, right);
    }

    private @Nullable Object times(@Nullable Object left, @Nullable Object right) {
        Object value = Values.isInteger(left) ? right : left;
        Object count = Values.isInteger(left) ? left : right;
        if (value instanceof String text) {
            int times = (int) Math.clamp(Values.integer(count), 0, Integer.MAX_VALUE);
            budget.characters((long) text.length() * times);
            return text.isEmpty() ? "" : text.repeat(times);
        }
        if (value instanceof List<?> list) {
            int times = (int) Math.clamp(Values.integer(count), 0, Integer.MAX_VALUE);
            budget.steps((long) list.size() * times);
            List<@Nullable Object> all = new ArrayList<>();
            Collections.nCopies(list.isEmpty() ? 0 : times, list).forEach(all::addAll);
            return all;
        }
        return arithmetic("*", left, right);
    }

    private static Object arithmetic(String operator, @Nullable Object left, @Nullable Object right) {
        requireNumber(operator, left, right);
        boolean whole = !(left instanceof Double) && !(right instanceof Double);
        if (whole && !operator.equals("/") && !(operator.equals("**") && Values.integer(right) < 0)) {
            try {
                return whole(operator, Values.integer(left), Values.integer(right));
            } catch (ArithmeticException e) {
                throw new TemplateFault(left + " " + operator + " " + right + ": " + e.getMessage());
            }
        }
        double a = Values.number(left);
        double b = Values.number(right);
        if (b == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
            throw new TemplateFault(left + " " + operator + " " + right + ": division by zero");
        }
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "//" -> Math.floor(a / b);
            case "%" -> a - b * Math.floor(a / b);
            default -> Math.pow(a, b);
        };
    }

    private static void requireNumber(String operator, @Nullable Object left, @Nullable Object right) {
        boolean numbers = (left instanceof Number || left instanceof Boolean)
                && (right instanceof Number || right instanceof Boolean);
        if (!numbers) {
            throw new TemplateFault(
                    "'" + operator + "' between " + Values.describe(left) + " and " + Values.describe(right));
        }
    }

    private static long whole(String operator, long left, long right) {
        return switch (operator) {
            case "+" -> Math.addExact(left, right);
            case "-" -> Math.subtractExact(left, right);
            case "*" -> Math.multiplyExact(left, right);
            case "//" -> Math.floorDiv(left, right);
            case "%" -> Math.floorMod(left, right);
            default -> power(left, right);
        };
    }

    static long remainder(long value, long by) {
        if (by == 0) {
            throw new TemplateFault("division by zero");
        }
        return value % by;
    }

    private static long power(long base, long exponent) {
        if (exponent > Long.SIZE && Math.abs(base) > 1) {
            throw new ArithmeticException("long overflow");
        }
        long result = 1;
        for (long i = exponent > Long.SIZE ? exponent % 2 + 2 : exponent; i > 0; i--) {
            result = Math.multiplyExact(result, base);
        }
        return result;
    }
}
