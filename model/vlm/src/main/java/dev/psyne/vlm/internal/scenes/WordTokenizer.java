package dev.psyne.vlm.internal.scenes;

import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Text to token ids and back, by whole words: the longest known phrase at each word is one token, plurals and synonyms
 * go to their word, and a word that is not in the vocabulary becomes its UTF-8 bytes. Immutable.
 */
final class WordTokenizer {
    static final String FILE = "tokenizer.json";
    static final int BEGIN = 1;
    static final int SEPARATOR = 2;
    static final int END = 3;

    /** Id of the byte 0; the words follow the bytes. */
    static final int FIRST_BYTE = 4;

    static final int FIRST_WORD = FIRST_BYTE + 256;

    private static final String FORMAT = "psyne-words";
    private static final int VERSION = 1;
    private static final int MAX_VOCABULARY = 1 << 20;
    private static final int MAX_WORD_BYTES = 16;
    private static final List<String> SPECIAL = List.of("<pad>", "<bos>", "<sep>", "<eos>");

    private final List<String> tokens;
    private final Map<String, Integer> ids = new HashMap<>();
    private final Set<String> phrases;
    private final Map<String, String> aliases;
    private final int longestPhrase;

    private WordTokenizer(List<String> tokens, Set<String> phrases, Map<String, String> aliases) {
        this.tokens = List.copyOf(tokens);
        this.phrases = Set.copyOf(phrases);
        this.aliases = Map.copyOf(aliases);
        for (int id = FIRST_WORD; id < tokens.size(); id++) {
            ids.putIfAbsent(tokens.get(id), id);
        }
        this.longestPhrase =
                phrases.stream().mapToInt(WordTokenizer::words).max().orElse(1);
    }

    static WordTokenizer parse(JsonFields root) {
        String format = root.text("format");
        if (!format.equals(FORMAT)) {
            throw root.refuse("format", format, FORMAT);
        }
        root.integer("version", VERSION, VERSION);
        List<String> tokens = root.texts("tokens", MAX_VOCABULARY);
        requireFrame(root, tokens);
        Set<String> phrases = new HashSet<>(root.texts("phrases", MAX_VOCABULARY));
        JsonFields pairs = root.child("aliases");
        Map<String, String> aliases = new HashMap<>();
        Set<String> known = new HashSet<>(tokens.subList(FIRST_WORD, tokens.size()));
        for (String alias : pairs.keys()) {
            String word = pairs.text(alias);
            if (!known.contains(word)) {
                throw root.refuse("aliases." + alias, word, "a word of the vocabulary");
            }
            aliases.put(alias, word);
        }
        root.end();
        return new WordTokenizer(tokens, phrases, aliases);
    }

    private static void requireFrame(JsonFields root, List<String> tokens) {
        for (int id = 0; id < FIRST_WORD; id++) {
            String wanted = id < FIRST_BYTE ? SPECIAL.get(id) : String.format(Locale.ROOT, "<0x%02X>", id - FIRST_BYTE);
            String found = id < tokens.size() ? tokens.get(id) : "nothing";
            if (!found.equals(wanted)) {
                throw root.refuse("tokens[" + id + "]", found, wanted);
            }
        }
    }

    private static int words(String phrase) {
        return (int) phrase.chars().filter(c -> c == ' ').count() + 1;
    }

    int vocabulary() {
        return tokens.size();
    }

    static boolean isByte(int id) {
        return id >= FIRST_BYTE && id < FIRST_WORD;
    }

    /** The text of a word's token. */
    String word(int id) {
        return tokens.get(id);
    }

    /** The words of a text, as they are compared. */
    static String normal(String text) {
        return String.join(" ", split(text));
    }

    /** The id of a word or phrase, if it is in the vocabulary, by itself or as another word for one that is. */
    OptionalInt id(String unit) {
        Integer id = ids.get(aliases.getOrDefault(unit, unit));
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The ids of a text, without the frame. */
    int[] encode(String text) {
        return encode(text, Map.of());
    }

    /** As above, with further phrases and the ids they get, which may be beyond the vocabulary. */
    int[] encode(String text, Map<String, Integer> further) {
        List<String> words = split(text);
        int longest =
                further.keySet().stream().mapToInt(WordTokenizer::words).max().orElse(1);
        int[] result = new int[words.size() * MAX_WORD_BYTES];
        int count = 0;
        for (int start = 0; start < words.size(); ) {
            int length = unitLength(words, start, Math.max(longest, longestPhrase), further.keySet());
            String unit = String.join(" ", words.subList(start, start + length));
            Integer own = further.get(unit);
            Integer id = own != null ? own : ids.get(aliases.getOrDefault(unit, unit));
            if (id != null) {
                result[count++] = id;
            } else {
                byte[] bytes = unit.getBytes(StandardCharsets.UTF_8);
                for (int i = 0; i < Math.min(bytes.length, MAX_WORD_BYTES); i++) {
                    result[count++] = FIRST_BYTE + Byte.toUnsignedInt(bytes[i]);
                }
            }
            start += length;
        }
        return Arrays.copyOf(result, count);
    }

    private int unitLength(List<String> words, int start, int longest, Set<String> further) {
        for (int length = Math.min(longest, words.size() - start); length > 1; length--) {
            String unit = String.join(" ", words.subList(start, start + length));
            if (phrases.contains(unit) || further.contains(unit)) {
                return length;
            }
        }
        return 1;
    }

    /** The text of ids; those that stand for no text are skipped. */
    String decode(int... tokenIds) {
        AnswerText text = new AnswerText(this);
        StringBuilder result = new StringBuilder();
        for (int id : tokenIds) {
            result.append(text.add(id));
        }
        return result.append(text.finish()).toString();
    }

    /** The runs of letters, marks and numbers; an apostrophe stays between two of them. */
    private static List<String> split(String text) {
        String normal = Normalizer.normalize(text, Normalizer.Form.NFKC)
                .replace('\u2019', '\'')
                .toLowerCase(Locale.ROOT);
        int[] characters = normal.codePoints().toArray();
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < characters.length; i++) {
            boolean apostrophe = characters[i] == '\'';
            boolean joins = apostrophe && !word.isEmpty() && i + 1 < characters.length && isInside(characters[i + 1]);
            if (joins || isInside(characters[i])) {
                word.appendCodePoint(characters[i]);
            } else if (!word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
            }
        }
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }

    private static boolean isInside(int character) {
        return switch (Character.getType(character)) {
            case Character.UPPERCASE_LETTER,
                    Character.LOWERCASE_LETTER,
                    Character.TITLECASE_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.OTHER_LETTER,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.DECIMAL_DIGIT_NUMBER,
                    Character.LETTER_NUMBER,
                    Character.OTHER_NUMBER -> true;
            default -> false;
        };
    }
}
