package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.ModelException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Tokens by id, as the file spells them: byte-level ones in {@link ByteAlphabet}, added ones in plain text. */
final class Vocabulary {
    /** Most tokens. */
    static final int MAX_TOKENS = 1 << 20;

    private final Path file;
    private final Map<String, Integer> ids = new HashMap<>();
    private final @Nullable String[] tokens;
    private final @Nullable AddedToken[] added;

    /** A vocabulary of ids below {@code size}, empty. */
    Vocabulary(Path file, int size) {
        this.file = file;
        this.tokens = new String[size];
        this.added = new AddedToken[size];
    }

    /** Adds a token; neither its id nor its spelling may be taken. */
    void add(String key, int id, String token) {
        if (tokens[id] != null) {
            throw new ModelException(file, key, "id " + id + " for '" + token + "'", "another than " + tokens[id]);
        }
        Integer other = ids.putIfAbsent(token, id);
        if (other != null) {
            throw new ModelException(file, key, "'" + token + "' as " + id, "each token once, not also as " + other);
        }
        tokens[id] = token;
    }

    /** Adds tokens to be cut out of texts; one the vocabulary has already must have the same id there. */
    void add(String key, List<AddedToken> more) {
        for (int i = 0; i < more.size(); i++) {
            AddedToken token = more.get(i);
            if (!token.text().equals(tokens[token.id()])) {
                add(key + "[" + i + "]", token.id(), token.text());
            }
            added[token.id()] = token;
        }
    }

    /** Ids below this one; some may be without a token. */
    int size() {
        return tokens.length;
    }

    OptionalInt id(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The id of a token, or -1: without a box, for the encoder. */
    int find(String token) {
        return ids.getOrDefault(token, -1);
    }

    @Nullable
    String token(int id) {
        return tokens[id];
    }

    @Nullable
    AddedToken added(int id) {
        return added[id];
    }
}
