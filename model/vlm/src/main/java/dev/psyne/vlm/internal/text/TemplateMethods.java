package dev.psyne.vlm.internal.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods of Python's strings, dicts and lists that change nothing. */
final class TemplateMethods {
    private final TemplateBudget budget;

    TemplateMethods(TemplateBudget budget) {
        this.budget = budget;
    }

    /** The method of a value, or null. */
    @Nullable
    TemplateFunction find(@Nullable Object value, String name) {
        return switch (value) {
            case String text -> ofString(text, name);
            case Map<?, ?> map -> ofMap(map, name);
            case List<?> list -> ofList(list, name);
            case null, default -> null;
        };
    }

    private @Nullable TemplateFunction ofString(String text, String name) {
        return switch (name) {
            case "strip" -> given -> strip(text, given.get(0, "chars", null), true, true);
            case "lstrip" -> given -> strip(text, given.get(0, "chars", null), true, false);
            case "rstrip" -> given -> strip(text, given.get(0, "chars", null), false, true);
            case "upper" -> given -> charged(text.toUpperCase(Locale.ROOT));
            case "lower" -> given -> charged(text.toLowerCase(Locale.ROOT));
            case "capitalize" -> given -> capitalize(text);
            case "title" -> given -> title(text);
            case "startswith" -> given -> begins(text, given.require(0, "prefix"), true);
            case "endswith" -> given -> begins(text, given.require(0, "suffix"), false);
            case "removeprefix" ->
                given -> {
                    String prefix = given.text(0, "prefix");
                    return text.startsWith(prefix) ? charged(text.substring(prefix.length())) : text;
                };
            case "removesuffix" ->
                given -> {
                    String suffix = given.text(0, "suffix");
                    return text.endsWith(suffix) ? charged(text.substring(0, text.length() - suffix.length())) : text;
                };
            case "split" -> given -> split(text, given, false);
            case "rsplit" -> given -> split(text, given, true);
            case "splitlines" ->
                given -> {
                    budget.characters(text.length());
                    return text.lines().toList();
                };
            case "replace" ->
                given -> replace(text, given.text(0, "old"), given.text(1, "new"), given.integer(2, "count", -1));
            default -> ofSearch(text, name);
        };
    }

    /** Methods that look for something in a string or at its letters. */
    private @Nullable TemplateFunction ofSearch(String text, String name) {
        return switch (name) {
            case "find" -> given -> place(text, text.indexOf(searched(text, given.text(0, "sub"))));
            case "rfind" -> given -> place(text, text.lastIndexOf(searched(text, given.text(0, "sub"))));
            case "count" -> given -> count(text, given.text(0, "sub"));
            case "join" -> given -> join(text, given.require(0, "iterable"));
            case "isdigit" -> given -> !text.isEmpty() && text.codePoints().allMatch(Character::isDigit);
            case "isalpha" -> given -> !text.isEmpty() && text.codePoints().allMatch(Character::isLetter);
            case "isspace" ->
                given -> !text.isEmpty() && text.chars().allMatch(character -> WhiteSpace.is((char) character));
            default -> null;
        };
    }

    private @Nullable TemplateFunction ofMap(Map<?, ?> map, String name) {
        return switch (name) {
            case "items" -> given -> items(map);
            case "keys" -> given -> Values.elements(map, budget);
            case "values" ->
                given -> {
                    budget.steps(map.size());
                    return new ArrayList<>(map.values());
                };
            case "get" ->
                given -> {
                    Object key = given.require(0, "key");
                    return map.containsKey(key) ? map.get(key) : given.get(1, "default", null);
                };
            default -> null;
        };
    }

    private @Nullable TemplateFunction ofList(List<?> list, String name) {
        return switch (name) {
            case "index" ->
                given -> {
                    for (int i = 0; i < list.size(); i++) {
                        if (Values.same(list.get(i), given.require(0, "value"), budget)) {
                            return (long) i;
                        }
                    }
                    throw new TemplateFault("index of a value that is not in the list");
                };
            case "count" ->
                given -> list.stream()
                        .filter(element -> Values.same(element, given.require(0, "value"), budget))
                        .count();
            default -> null;
        };
    }

    /** Keys and values in pairs. */
    List<Object> items(Map<?, ?> map) {
        budget.steps(map.size());
        List<Object> items = new ArrayList<>(map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            items.add(Arrays.asList(entry.getKey(), entry.getValue()));
        }
        return items;
    }

    String strip(String text, @Nullable Object characters, boolean left, boolean right) {
        String taken = characters == null ? null : Values.text(characters);
        int begin = 0;
        int end = text.length();
        while (left && begin < end && goes(text.charAt(begin), taken)) {
            begin++;
        }
        while (right && begin < end && goes(text.charAt(end - 1), taken)) {
            end--;
        }
        budget.characters((long) text.length() * (taken == null ? 1 : taken.length()));
        return text.substring(begin, end);
    }

    private static boolean goes(char character, @Nullable String taken) {
        return taken == null ? WhiteSpace.is(character) : taken.indexOf(character) >= 0;
    }

    String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return charged(text.substring(0, first).toUpperCase(Locale.ROOT)
                + text.substring(first).toLowerCase(Locale.ROOT));
    }

    String title(String text) {
        StringBuilder title = new StringBuilder(charged(text.toLowerCase(Locale.ROOT)));
        for (int i = 0; i < title.length(); i++) {
            if (i == 0 || !Character.isLetter(title.charAt(i - 1))) {
                title.setCharAt(i, Character.toTitleCase(title.charAt(i)));
            }
        }
        return title.toString();
    }

    private boolean begins(String text, @Nullable Object wanted, boolean front) {
        if (wanted instanceof List<?> several) {
            return several.stream().anyMatch(one -> begins(text, one, front));
        }
        String part = Values.text(wanted);
        budget.characters(part.length());
        return front ? text.startsWith(part) : text.endsWith(part);
    }

    private List<String> split(String text, TemplateFunction.Given given, boolean fromRight) {
        long most = given.integer(1, "maxsplit", -1);
        Object separator = given.get(0, "sep", null);
        budget.characters(2L * text.length());
        if (separator == null) {
            String stripped = strip(text, null, true, true);
            if (most >= 0) {
                throw new TemplateFault("split with a number needs a separator");
            }
            return stripped.isEmpty() ? List.of() : Arrays.asList(stripped.split("(?U)\\s+", -1));
        }
        String by = searched(text, Values.text(separator));
        if (by.isEmpty()) {
            throw new TemplateFault("split by an empty string");
        }
        return fromRight ? splitFromRight(text, by, most) : splitFromLeft(text, by, most);
    }

    private List<String> splitFromLeft(String text, String by, long most) {
        List<String> parts = new ArrayList<>();
        int begin = 0;
        for (int at = text.indexOf(by); at >= 0 && parts.size() != most; at = text.indexOf(by, begin)) {
            budget.step();
            parts.add(text.substring(begin, at));
            begin = at + by.length();
        }
        parts.add(text.substring(begin));
        return parts;
    }

    private List<String> splitFromRight(String text, String by, long most) {
        List<String> parts = new ArrayList<>();
        int end = text.length();
        for (int at = text.lastIndexOf(by); at >= 0 && parts.size() != most; ) {
            budget.step();
            parts.add(text.substring(at + by.length(), end));
            end = at;
            at = at < by.length() ? -1 : text.lastIndexOf(by, at - by.length());
        }
        parts.add(text.substring(0, end));
        return parts.reversed();
    }

    String replace(String text, String old, String by, long most) {
        budget.search(text, old);
        StringBuilder out = new StringBuilder();
        int done = 0;
        long left = most < 0 ? Long.MAX_VALUE : most;
        int at = text.indexOf(old);
        for (; at >= 0 && left > 0; left--) {
            budget.characters((long) at - done + by.length() + 1);
            out.append(text, done, at).append(by);
            done = at + old.length();
            if (old.isEmpty()) {
                if (at == text.length()) {
                    return out.toString();
                }
                out.append(text.charAt(at));
                done = at + 1;
            }
            at = text.indexOf(old, done);
        }
        budget.characters(text.length() - done);
        return out.append(text, done, text.length()).toString();
    }

    private long count(String text, String part) {
        if (part.isEmpty()) {
            return Values.length(text) + 1;
        }
        return splitFromLeft(text, searched(text, part), -1).size() - 1;
    }

    /** Strings with another between them. */
    String join(String separator, @Nullable Object elements) {
        StringBuilder out = new StringBuilder();
        String between = "";
        for (Object element : Values.elements(elements, budget)) {
            String text = ValueText.of(element, budget);
            budget.characters((long) between.length() + text.length());
            out.append(between).append(text);
            between = separator;
        }
        return out.toString();
    }

    private static long place(String text, int at) {
        return at < 0 ? at : text.codePointCount(0, at);
    }

    private String searched(String text, String wanted) {
        budget.search(text, wanted);
        return wanted;
    }

    String charged(String text) {
        budget.characters(text.length());
        return text;
    }
}
