package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code tokenizer.json} of Hugging Face's tokenizers (github.com/huggingface/tokenizers, {@code serialization.rs}) as far
 * as byte-level BPE goes. Truncation, padding and the post-processor are left alone: prompts come whole from a chat
 * template.
 */
final class TokenizerJson {
    private static final String MODEL = "model";
    private static final String VOCABULARY = "model.vocab";
    private static final String MERGES = "merges";
    private static final String ADDED = "added_tokens";

    private TokenizerJson() {}

    static TokenizerParts read(Path file) {
        return parse(JsonFields.read(file));
    }

    static TokenizerParts read(Path file, String special) {
        return parse(JsonFields.read(file), special);
    }

    static TokenizerParts parse(JsonFields root) {
        return parse(root, "");
    }

    /** Reads it and adds a special token, unless it is empty or there. */
    private static TokenizerParts parse(JsonFields root, String special) {
        Path file = root.file();
        JsonFields model = root.child(MODEL);
        requireBytePairs(model);
        Map<String, Integer> ids = ids(model.child("vocab"), VOCABULARY);
        List<AddedToken> added = new ArrayList<>(added(root));
        if (!special.isEmpty() && added.stream().noneMatch(token -> token.text().equals(special))) {
            added.add(new AddedToken(size(ids, added), special, false, false, false, false, true));
        }
        Vocabulary vocabulary = vocabulary(file, VOCABULARY, ids, added);
        vocabulary.add(ADDED, added);
        int unknown = model.has("unk_token") ? requireUnknown(model, vocabulary) : -1;
        TextSplit split = new TextSplit(TokenizerSteps.forms(root), TokenizerSteps.steps(root));
        return new TokenizerParts(
                file, vocabulary, added, split, merges(model, vocabulary), unknown, model.flag("ignore_merges", false));
    }

    /** Refuses models other than BPE, and variants of BPE that are not byte-level. */
    private static void requireBytePairs(JsonFields model) {
        String type = model.has("type") ? model.text("type") : "BPE";
        if (!type.equals("BPE")) {
            throw model.refuse("type", type, "BPE; WordPiece, WordLevel and Unigram (SentencePiece) are not known");
        }
        if (model.flag("byte_fallback", false)) {
            throw model.refuse("byte_fallback", "true (SentencePiece)", "false: byte-level BPE");
        }
        for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
            String text = model.has(affix) ? model.text(affix) : "";
            if (!text.isEmpty()) {
                throw model.refuse(affix, text, "none: byte-level BPE");
            }
        }
        if (model.has("dropout") && model.number("dropout", 0, 1) != 0) {
            throw model.refuse("dropout", "some", "none: merges are not left to chance");
        }
    }

    private static int requireUnknown(JsonFields model, Vocabulary vocabulary) {
        String token = model.text("unk_token");
        return vocabulary
                .id(token)
                .orElseThrow(() -> model.refuse("unk_token", "'" + token + "'", "a token of the vocabulary"));
    }

    private static List<AddedToken> added(JsonFields root) {
        if (!root.has(ADDED)) {
            return List.of();
        }
        List<AddedToken> added = new ArrayList<>();
        for (JsonFields token : root.children(ADDED, Vocabulary.MAX_TOKENS)) {
            AddedToken read = added(token, token.integer("id", 0, Vocabulary.MAX_TOKENS - 1));
            added.add(TokenizerParts.check(root.file(), ADDED + "[" + added.size() + "].content", read));
        }
        return added;
    }

    static AddedToken added(JsonFields token, int id) {
        return new AddedToken(
                id,
                token.text("content"),
                token.flag("lstrip", false),
                token.flag("rstrip", false),
                token.flag("single_word", false),
                token.flag("normalized", false),
                token.flag("special", false));
    }

    /** Tokens of the vocabulary under a key, and their ids. */
    static Map<String, Integer> ids(JsonFields vocab, String key) {
        List<String> tokens = vocab.keys();
        if (tokens.isEmpty() || tokens.size() > Vocabulary.MAX_TOKENS) {
            throw new ModelException(vocab.file(), key, tokens.size() + " tokens", "1 to " + Vocabulary.MAX_TOKENS);
        }
        Map<String, Integer> ids = LinkedHashMap.newLinkedHashMap(tokens.size());
        for (String token : tokens) {
            ids.put(token, vocab.integer(token, 0, Vocabulary.MAX_TOKENS - 1));
        }
        return ids;
    }

    /** The id behind the last. */
    static int size(Map<String, Integer> ids, List<AddedToken> added) {
        int size = added.stream().mapToInt(AddedToken::id).max().orElse(-1) + 1;
        for (int id : ids.values()) {
            size = Math.max(size, id + 1);
        }
        return size;
    }

    /** A vocabulary with room for the added tokens, which it has not yet. */
    static Vocabulary vocabulary(Path file, String key, Map<String, Integer> ids, List<AddedToken> added) {
        Vocabulary vocabulary = new Vocabulary(file, size(ids, added));
        ids.forEach((token, id) -> vocabulary.add(key, id, token));
        return vocabulary;
    }

    private static MergeTable merges(JsonFields model, Vocabulary vocabulary) {
        List<?> entries = model.value(MERGES) instanceof List<?> list ? list : List.of();
        MergeTable merges = TokenizerParts.merges(model.file(), "model.merges", entries.size());
        for (int i = 0; i < entries.size(); i++) {
            String key = "model.merges[" + i + "]";
            String[] pair = pair(entries.get(i));
            if (pair.length != 2) {
                throw new ModelException(model.file(), key, String.valueOf(entries.get(i)), "two tokens");
            }
            TokenizerParts.merge(model.file(), key, vocabulary, merges, pair[0], pair[1]);
        }
        return merges;
    }

    /** A merge: an array of two texts, or one text with a space between them, as files before 2024 have it. */
    private static String[] pair(@Nullable Object entry) {
        if (entry instanceof String text) {
            return text.split(" ", -1);
        }
        if (entry instanceof List<?> parts
                && parts.size() == 2
                && parts.get(0) instanceof String left
                && parts.get(1) instanceof String right) {
            return new String[] {left, right};
        }
        return new String[0];
    }
}
