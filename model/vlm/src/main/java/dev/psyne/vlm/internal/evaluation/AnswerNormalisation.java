package dev.psyne.vlm.internal.evaluation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What makes answers comparable, as VQAEval of GT-Vision-Lab/VQA does it on Python 2, with its tables and its habits: all
 * punctuation is removed where a comma stands between two digits, and at most 32 full stops are, since the flag that
 * is meant for the expression is taken for its count there.
 */
final class AnswerNormalisation {
    private static final List<String> PUNCTUATION = List.of(
            ";", "/", "[", "]", "\"", "{", "}", "(", ")", "=", "+", "\\", "_", "-", ">", "<", "@", "`", ",", "?", "!");

    private static final Map<String, String> NUMBERS = Map.ofEntries(
            Map.entry("none", "0"),
            Map.entry("zero", "0"),
            Map.entry("one", "1"),
            Map.entry("two", "2"),
            Map.entry("three", "3"),
            Map.entry("four", "4"),
            Map.entry("five", "5"),
            Map.entry("six", "6"),
            Map.entry("seven", "7"),
            Map.entry("eight", "8"),
            Map.entry("nine", "9"),
            Map.entry("ten", "10"));

    private static final Set<String> ARTICLES = Set.of("a", "an", "the");

    private static final Map<String, String> CONTRACTIONS = contractions();

    /** The value of Python's re.UNICODE. */
    private static final int MOST_FULL_STOPS = 32;

    private AnswerNormalisation() {}

    private static Map<String, String> contractions() {
        try (InputStream stream = AnswerNormalisation.class.getResourceAsStream("contractions.txt")) {
            String text = new String(
                    Objects.requireNonNull(stream, "contractions.txt").readAllBytes(), StandardCharsets.UTF_8);
            Map<String, String> table = new HashMap<>();
            text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                int space = line.indexOf(' ');
                table.put(line.substring(0, space), line.substring(space + 1));
            });
            return Map.copyOf(table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is done to every answer: line ends and tabs to spaces, none around it. */
    static String clean(String answer) {
        String text = answer.replace('\n', ' ').replace('\t', ' ');
        int begin = 0;
        int end = text.length();
        while (begin < end && isSpace(text.charAt(begin))) {
            begin++;
        }
        while (end > begin && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(begin, end);
    }

    /** What is done besides where people's answers differ. */
    static String normalise(String answer) {
        return words(punctuation(answer));
    }

    /** Removes punctuation beside a space, makes spaces of the rest, and removes full stops that no digit follows. */
    static String punctuation(String answer) {
        boolean comma = hasCommaBetweenDigits(answer);
        String text = answer;
        for (String mark : PUNCTUATION) {
            boolean remove = comma || answer.contains(mark + " ") || answer.contains(" " + mark);
            text = text.replace(mark, remove ? "" : " ");
        }
        return withoutFullStops(text);
    }

    private static boolean hasCommaBetweenDigits(String text) {
        for (int i = text.indexOf(','); i >= 0; i = text.indexOf(',', i + 1)) {
            if (i > 0 && isDigit(text.charAt(i - 1)) && i + 1 < text.length() && isDigit(text.charAt(i + 1))) {
                return true;
            }
        }
        return false;
    }

    private static String withoutFullStops(String text) {
        StringBuilder rest = new StringBuilder(text.length());
        int removed = 0;
        for (int i = 0; i < text.length(); i++) {
            boolean beforeDigit = i + 1 < text.length() && isDigit(text.charAt(i + 1));
            if (text.charAt(i) == '.' && !beforeDigit && removed < MOST_FULL_STOPS) {
                removed++;
            } else {
                rest.append(text.charAt(i));
            }
        }
        return rest.toString();
    }

    /** Lower case, numbers in digits, no articles, contractions with their apostrophes, one space between words. */
    static String words(String answer) {
        List<String> words = new ArrayList<>();
        for (String word : split(lowerCase(answer))) {
            String number = NUMBERS.getOrDefault(word, word);
            if (!ARTICLES.contains(number)) {
                words.add(CONTRACTIONS.getOrDefault(number, number));
            }
        }
        return String.join(" ", words);
    }

    /** Character by character, as Python 2 has it: no special cases of final sigma or dotted i. */
    private static String lowerCase(String text) {
        StringBuilder lower = new StringBuilder(text.length());
        text.codePoints().map(Character::toLowerCase).forEach(lower::appendCodePoint);
        return lower.toString();
    }

    private static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || isSpace(text.charAt(i))) {
                if (i > begin) {
                    words.add(text.substring(begin, i));
                }
                begin = i + 1;
            }
        }
        return words;
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }

    /** What Python takes for white space: Java's and the spaces that do not break, and the next line. */
    private static boolean isSpace(char character) {
        return Character.isWhitespace(character) || Character.isSpaceChar(character) || character == '\u0085';
    }
}
