package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Cuts a text where a pattern matches; matches and what stands between them are pieces. Time is bounded: a pattern that
 * looks at more than {@value #STEPS_PER_CHARACTER} characters for each one of the text is given up.
 */
final class WordSplit implements TextSplit.Step {
    /** The split of GPT-2 ({@code encoder.py}), used by byte-level tokenizers that name no other. */
    static final String GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    /** Each digit for itself. */
    static final String DIGIT = "\\p{N}";

    /** Runs of digits. */
    static final String DIGITS = "\\p{N}+";

    /** Longest pattern, in characters. */
    static final int MAX_PATTERN_CHARACTERS = 4096;

    /** Characters a pattern may look at for each one of the text. */
    static final long STEPS_PER_CHARACTER = 1000;

    private static final Pattern REPEATED_GROUP = Pattern.compile("(?<!\\\\)\\)[*+{]");

    private final Pattern pattern;

    private WordSplit(Pattern pattern) {
        this.pattern = pattern;
    }

    /** The split of Llama 3 and Qwen2, which differ in how many digits stay together. */
    static String words(String digits) {
        return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|" + digits
                + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    }

    /** A split of ours. */
    static WordSplit of(String pattern) {
        return new WordSplit(Pattern.compile(pattern, Pattern.UNICODE_CHARACTER_CLASS));
    }

    /** A split that a file asks for. */
    static WordSplit parse(Path file, String key, String pattern) {
        if (pattern.length() > MAX_PATTERN_CHARACTERS) {
            throw new ModelException(file, key, pattern.length() + " characters", "at most " + MAX_PATTERN_CHARACTERS);
        }
        if (REPEATED_GROUP.matcher(pattern).find()) {
            throw new ModelException(file, key, pattern, "a pattern without repeated groups");
        }
        try {
            return of(pattern);
        } catch (PatternSyntaxException e) {
            throw new ModelException(file, key, pattern, "a regular expression: " + e.getDescription(), e);
        }
    }

    @Override
    public List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        Matcher matcher = pattern.matcher(new CountedText(text));
        int done = 0;
        while (matcher.find()) {
            if (matcher.end() == matcher.start()) {
                continue;
            }
            if (matcher.start() > done) {
                pieces.add(text.substring(done, matcher.start()));
            }
            pieces.add(text.substring(matcher.start(), matcher.end()));
            done = matcher.end();
        }
        if (done < text.length()) {
            pieces.add(text.substring(done));
        }
        return pieces;
    }

    /** A text that counts how often it is looked at. */
    private static final class CountedText implements CharSequence {
        private static final long FREE_STEPS = 10_000;

        private final String text;
        private long stepsLeft;

        CountedText(String text) {
            this.text = text;
            this.stepsLeft = FREE_STEPS + STEPS_PER_CHARACTER * text.length();
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (--stepsLeft < 0) {
                throw new IllegalArgumentException("a text of " + text.length()
                        + " characters takes the tokenizer's pattern more than " + STEPS_PER_CHARACTER
                        + " steps for each of them; shorten it");
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
