package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.GgufMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tokenizer in a GGUF file's metadata (ggml, {@code docs/gguf.md}, "Tokenizer"): tokens, their types and merges. Control
 * tokens and those users defined are cut out of texts first.
 */
final class TokenizerGguf {
    static final String TOKENS = "tokenizer.ggml.tokens";

    private static final String MODEL = "tokenizer.ggml.model";
    private static final String TYPES = "tokenizer.ggml.token_type";
    private static final String MERGES = "tokenizer.ggml.merges";
    private static final String UNKNOWN = "tokenizer.ggml.unknown_token_id";
    private static final String BYTE_LEVEL = "gpt2";

    private static final long TYPE_UNKNOWN = 2;
    private static final long TYPE_CONTROL = 3;
    private static final long TYPE_USER_DEFINED = 4;

    private TokenizerGguf() {}

    static TokenizerParts read(GgufMetadata metadata) {
        String model = metadata.text(MODEL);
        if (!model.equals(BYTE_LEVEL)) {
            String found = model + (model.equals("llama") ? " (SentencePiece)" : "");
            throw new ModelException(metadata.file(), MODEL, found, BYTE_LEVEL + ", byte-level BPE");
        }
        List<String> tokens = metadata.texts(TOKENS);
        if (tokens.isEmpty() || tokens.size() > Vocabulary.MAX_TOKENS) {
            throw metadata.refuse(TOKENS, "1 to " + Vocabulary.MAX_TOKENS + " tokens");
        }
        GgufPreTokenizer words = GgufPreTokenizer.of(metadata);
        List<AddedToken> added = added(metadata, tokens);
        Vocabulary vocabulary = new Vocabulary(metadata.file(), tokens.size());
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.add(TOKENS, id, tokens.get(id));
        }
        vocabulary.add(TYPES, added);
        return new TokenizerParts(
                metadata.file(),
                vocabulary,
                added,
                words.split(),
                merges(metadata, vocabulary),
                metadata.integer(UNKNOWN, 0, tokens.size() - 1, -1),
                words.wholeWordsFirst());
    }

    private static List<AddedToken> added(GgufMetadata metadata, List<String> tokens) {
        if (!metadata.has(TYPES)) {
            return List.of();
        }
        long[] types = metadata.integers(TYPES);
        if (types.length != tokens.size()) {
            throw metadata.refuse(TYPES, tokens.size() + " types, one for each token");
        }
        List<AddedToken> added = new ArrayList<>();
        for (int id = 0; id < types.length; id++) {
            boolean special = types[id] == TYPE_CONTROL || types[id] == TYPE_UNKNOWN;
            if (special || types[id] == TYPE_USER_DEFINED) {
                AddedToken token = new AddedToken(id, tokens.get(id), false, false, false, false, special);
                added.add(TokenizerParts.check(metadata.file(), TOKENS + "[" + id + "]", token));
            }
        }
        return added;
    }

    private static MergeTable merges(GgufMetadata metadata, Vocabulary vocabulary) {
        List<String> entries = metadata.has(MERGES) ? metadata.texts(MERGES) : List.of();
        MergeTable merges = TokenizerParts.merges(metadata.file(), MERGES, entries.size());
        for (int i = 0; i < entries.size(); i++) {
            String[] pair = entries.get(i).split(" ", -1);
            String key = MERGES + "[" + i + "]";
            if (pair.length != 2) {
                throw new ModelException(
                        metadata.file(), key, Arrays.toString(pair), "two tokens with a space between them");
            }
            TokenizerParts.merge(metadata.file(), key, vocabulary, merges, pair[0], pair[1]);
        }
        return merges;
    }
}
