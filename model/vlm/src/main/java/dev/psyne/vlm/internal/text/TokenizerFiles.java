package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokenizers in several files, as before {@code tokenizer.json}: {@code vocab.json} and {@code merges.txt}, added tokens in
 * {@code tokenizer_config.json} and {@code added_tokens.json} (transformers, {@code tokenization_gpt2.py} and {@code
 * tokenization_qwen2.py}). How words are cut is known by the name of the class.
 */
final class TokenizerFiles {
    static final String VOCABULARY = "vocab.json";
    static final String MERGES = "merges.txt";

    private static final String CONFIGURATION = "tokenizer_config.json";
    private static final String ADDED = "added_tokens.json";
    private static final String SPECIAL = "special_tokens_map.json";
    private static final String DECODER = "added_tokens_decoder";
    private static final String CLASS = "tokenizer_class";
    private static final String MORE_SPECIAL = "additional_special_tokens";
    private static final String VERSION = "#version";
    private static final List<String> SPECIAL_KEYS =
            List.of("bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token");

    private final Path directory;
    private final JsonFields configuration;
    private final Map<String, Integer> ids;
    private final Map<String, AddedToken> added = new LinkedHashMap<>();

    private TokenizerFiles(Path directory) {
        this.directory = directory;
        this.configuration = JsonFields.read(required(directory, CONFIGURATION));
        this.ids = TokenizerJson.ids(JsonFields.read(required(directory, VOCABULARY)), "vocabulary");
    }

    private static Path required(Path directory, String name) {
        Path file = directory.resolve(name);
        if (!Files.exists(file)) {
            throw new ModelException(
                    directory,
                    name,
                    "nothing",
                    "this file, as there is no tokenizer.json; or " + VOCABULARY + ", " + MERGES + " and "
                            + CONFIGURATION);
        }
        return file;
    }

    /** Reads them and adds a special token behind the last, unless it is empty or there. */
    static TokenizerParts read(Path directory, String special) {
        required(directory, VOCABULARY);
        Path merges = required(directory, MERGES);
        TokenizerFiles files = new TokenizerFiles(directory);
        files.decoder();
        files.addedTokens();
        files.specialTokens(files.configuration);
        if (Files.exists(directory.resolve(SPECIAL))) {
            files.specialTokens(JsonFields.read(directory.resolve(SPECIAL)));
        }
        if (!special.isEmpty() && !files.added.containsKey(special)) {
            int next = TokenizerJson.size(files.ids, List.copyOf(files.added.values()));
            files.add(CONFIGURATION, plain(files.ids.getOrDefault(special, next), special, true));
        }
        return files.parts(merges);
    }

    private TokenizerParts parts(Path merges) {
        Path file = directory.resolve(VOCABULARY);
        List<AddedToken> tokens = List.copyOf(added.values());
        Vocabulary vocabulary = TokenizerJson.vocabulary(file, "vocabulary", ids, tokens);
        vocabulary.add("added tokens", tokens);
        return new TokenizerParts(file, vocabulary, tokens, split(), merges(merges, vocabulary), -1, false);
    }

    /** Added tokens by id, with all that is known of them. */
    private void decoder() {
        if (!configuration.has(DECODER)) {
            return;
        }
        JsonFields decoder = configuration.child(DECODER);
        for (String key : decoder.keys()) {
            if (!key.matches("\\d{1,7}") || Integer.parseInt(key) >= Vocabulary.MAX_TOKENS) {
                throw decoder.refuse(key, "this key", "ids of 0 to " + (Vocabulary.MAX_TOKENS - 1));
            }
            add(DECODER + "." + key, TokenizerJson.added(decoder.child(key), Integer.parseInt(key)));
        }
    }

    /** Added tokens by their text. */
    private void addedTokens() {
        Path file = directory.resolve(ADDED);
        if (!Files.exists(file)) {
            return;
        }
        JsonFields fields = JsonFields.read(file);
        for (String text : fields.keys()) {
            int id = fields.integer(text, 0, Vocabulary.MAX_TOKENS - 1);
            AddedToken known = added.get(text);
            if (known != null && known.id() != id) {
                throw fields.refuse(text, Integer.toString(id), known.id() + ", as in " + CONFIGURATION);
            }
            if (known == null) {
                add(ADDED, plain(id, text, false));
            }
        }
    }

    /** Tokens that steer the model have ids in the vocabulary or among the added ones; others are nobody's. */
    private void specialTokens(JsonFields fields) {
        for (String key : SPECIAL_KEYS) {
            specialToken(fields.value(key));
        }
        if (fields.value(MORE_SPECIAL) instanceof List<?> more) {
            more.forEach(this::specialToken);
        }
    }

    private void specialToken(@Nullable Object token) {
        Object content = token instanceof Map<?, ?> object ? object.get("content") : token;
        if (!(content instanceof String text) || text.isEmpty()) {
            return;
        }
        AddedToken known = added.get(text);
        Integer id = ids.get(text);
        if (known == null && id != null) {
            add(SPECIAL, plain(id, text, true));
        } else if (known != null && !known.special()) {
            add(SPECIAL, known.asSpecial());
        }
    }

    private void add(String key, AddedToken token) {
        added.put(token.text(), TokenizerParts.check(directory, key, token));
    }

    private static AddedToken plain(int id, String text, boolean isSpecial) {
        return new AddedToken(id, text, false, false, false, false, isSpecial);
    }

    private TextSplit split() {
        String name = configuration.has(CLASS) ? configuration.text(CLASS) : "";
        List<TextSplit.Step> steps = new ArrayList<>();
        switch (name) {
            case "Qwen2Tokenizer", "Qwen2TokenizerFast" -> {
                steps.add(WordSplit.of(WordSplit.words(WordSplit.DIGIT)));
                return new TextSplit(List.of(Normalizer.Form.NFC), steps);
            }
            case "GPT2Tokenizer", "GPT2TokenizerFast" -> {
                if (configuration.flag("add_prefix_space", false)) {
                    steps.add(TextSplit.PREFIX_SPACE);
                }
                steps.add(WordSplit.of(WordSplit.GPT2));
                return new TextSplit(List.of(), steps);
            }
            default ->
                throw configuration.refuse(
                        CLASS,
                        name.isEmpty() ? "nothing" : name,
                        "Qwen2Tokenizer or GPT2Tokenizer; others need a tokenizer.json");
        }
    }

    private static MergeTable merges(Path file, Vocabulary vocabulary) {
        String text = new String(JsonFields.bytes(file), StandardCharsets.UTF_8);
        List<String> lines = text.lines()
                .skip(text.startsWith(VERSION) ? 1 : 0)
                .filter(line -> !line.isEmpty())
                .toList();
        MergeTable merges = TokenizerParts.merges(file, "merges", lines.size());
        for (int i = 0; i < lines.size(); i++) {
            String[] pair = lines.get(i).split(" ", -1);
            if (pair.length != 2) {
                throw new ModelException(file, "merge " + i, lines.get(i), "two tokens with a space between them");
            }
            TokenizerParts.merge(file, "merge " + i, vocabulary, merges, pair[0], pair[1]);
        }
        return merges;
    }
}
