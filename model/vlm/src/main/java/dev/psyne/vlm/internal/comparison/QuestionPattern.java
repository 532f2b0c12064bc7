package dev.psyne.vlm.internal.comparison;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@link QuestionTable}: a form, and the questions that ask for it.
 *
 * @param form its name
 * @param regex for a whole question in its {@linkplain QuestionWords#normal normal form}
 */
record QuestionPattern(String form, Pattern regex) {
    private static final String THING = "THING";
    private static final String ASKED = "ASKED";
    private static final String ANYTHING = "ANYTHING";

    /** What a question asks for where it names none. */
    private static final String ALL_THINGS = "things";

    /** Up to four words, none of which belongs to the rest of a question. */
    private static final String THING_WORDS = "(?:(?:a|an|the|any|some|of) )*+"
            + "(?<thing>(?:(?!(?:than|no|not|in|on|is|are|do|there|it|them|same|picture|pictures) )\\S+ ){1,4}?)";

    private static final String ASKED_WORDS = "(?<asked>(?:is|are|does|do|can) (?:\\S+ )*?"
            + "(?:left of|right of|above|below|over|under|higher than|lower than|bigger than|smaller than|larger than) "
            + "(?:\\S+ )+?)";

    private static final Pattern TOKEN = Pattern.compile("[A-Z]+|[a-z0-9']+|[\\[\\]()|]");

    /** What a question asks for. */
    record Found(String thing, String asked) {}

    /** The lines of a table, with what capitals stand for in another. */
    static List<QuestionPattern> read(String table, String words) {
        Map<String, String> classes =
                new HashMap<>(Map.of(THING, THING_WORDS, ASKED, ASKED_WORDS, ANYTHING, "(?:\\S+ )+"));
        words.lines().map(QuestionPattern::columns).forEach(row -> classes.put(row[0], regex(row[1], classes)));
        return table.lines()
                .map(QuestionPattern::columns)
                .map(row -> new QuestionPattern(row[0], Pattern.compile(regex(row[1], classes))))
                .toList();
    }

    private static String[] columns(String line) {
        return line.split(" +", 2);
    }

    private static String regex(String pattern, Map<String, String> classes) {
        StringBuilder regex = new StringBuilder("(?:");
        Matcher tokens = TOKEN.matcher(pattern);
        while (tokens.find()) {
            String token = tokens.group();
            regex.append(
                    switch (token) {
                        case "[", "(" -> "(?:";
                        case "]" -> ")?";
                        case ")" -> ")";
                        case "|" -> "|";
                        default -> Character.isUpperCase(token.charAt(0)) ? known(token, classes) : token + " ";
                    });
        }
        return regex.append(")").toString();
    }

    private static String known(String name, Map<String, String> classes) {
        String regex = classes.get(name);
        if (regex == null) {
            throw new IllegalArgumentException("the table says " + name + ", which stands for nothing");
        }
        return regex;
    }

    /** What a question asks for, or null if it does not fit. */
    @Nullable
    Found find(String normal) {
        Matcher matcher = regex.matcher(normal);
        return matcher.matches() ? new Found(group(matcher, "thing", ALL_THINGS), group(matcher, "asked", "")) : null;
    }

    private static String group(Matcher matcher, String name, String otherwise) {
        boolean asks = matcher.namedGroups().containsKey(name) && matcher.group(name) != null;
        return asks ? matcher.group(name).strip() : otherwise;
    }
}
