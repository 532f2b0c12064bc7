package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.GgufMetadata;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Text to tokens and back by byte-level byte pair encoding, as GPT-2, SmolLM, Qwen2 and Llama 3 have it. Added tokens are
 * cut out first; nothing is put before or after the text. Immutable, safe to share between threads.
 *
 * <p>Two halves of a surrogate pair that stand alone are read as U+FFFD.
 */
public final class Tokenizer {
    /** Longest text, in characters. */
    public static final int MAX_TEXT_CHARACTERS = 1 << 20;

    private final Path file;
    private final Vocabulary vocabulary;
    private final AddedTokens verbatim;
    private final AddedTokens normalized;
    private final TextSplit split;
    private final MergeTable merges;
    private final int[] byteIds;
    private final int unknownId;
    private final boolean wholeWordsFirst;

    Tokenizer(TokenizerParts parts) {
        this.file = parts.file();
        this.vocabulary = parts.vocabulary();
        this.verbatim = new AddedTokens(
                parts.added().stream().filter(token -> !token.normalized()).toList());
        this.normalized = new AddedTokens(
                parts.added().stream().filter(AddedToken::normalized).toList());
        this.split = parts.split();
        this.merges = parts.merges();
        this.byteIds = new int[256];
        for (int value = 0; value < byteIds.length; value++) {
            byteIds[value] = vocabulary.find(String.valueOf(ByteAlphabet.character(value)));
        }
        this.unknownId = parts.unknownId();
        this.wholeWordsFirst = parts.wholeWordsFirst();
    }

    /**
     * Reads that of a directory as published: {@code tokenizer.json}, or {@code vocab.json} and {@code merges.txt}.
     *
     * @throws ModelException if a file is missing or broken
     */
    public static Tokenizer readDirectory(Path directory) {
        return readDirectory(directory, "");
    }

    /** As above, and adds a special token behind its last, unless it has it. */
    public static Tokenizer readDirectory(Path directory, String special) {
        Path whole = directory.resolve("tokenizer.json");
        return new Tokenizer(
                Files.exists(whole) ? TokenizerJson.read(whole, special) : TokenizerFiles.read(directory, special));
    }

    /** The tokenizer in a GGUF file. */
    public static Tokenizer of(GgufMetadata metadata) {
        return new Tokenizer(TokenizerGguf.read(metadata));
    }

    /** The file it was read from. */
    public Path file() {
        return file;
    }

    /** Tokens have ids below this one; a model may have more rows for embeddings. */
    public int size() {
        return vocabulary.size();
    }

    /** The id of a token as the file spells it. */
    public OptionalInt id(String token) {
        return vocabulary.id(token);
    }

    /** The id of a token the model cannot do without. */
    public int requireId(String token) {
        return id(token).orElseThrow(() -> new ModelException(file, "token " + token, "nothing", "an id"));
    }

    /** Whether a token steers the model and is no text. */
    public boolean special(int id) {
        AddedToken token = added(id);
        return token != null && token.special();
    }

    /** The first token in a text that steers the model and is no text, as it is spelled there. */
    public Optional<String> findSpecial(String text) {
        for (AddedTokens tokens : List.of(verbatim, normalized)) {
            for (AddedTokens.Part part : tokens.split(text)) {
                if (part.token() != null && part.token().special()) {
                    return Optional.of(part.token().text());
                }
            }
        }
        return Optional.empty();
    }

    /** The tokens of a text. */
    public int[] encode(String text) {
        if (text.length() > MAX_TEXT_CHARACTERS) {
            throw new IllegalArgumentException(
                    "a text of " + text.length() + " characters; at most " + MAX_TEXT_CHARACTERS);
        }
        IdList ids = new IdList();
        for (AddedTokens.Part part : verbatim.split(whole(text))) {
            if (part.token() != null) {
                ids.add(part.token().id());
            } else {
                encodeText(split.normalize(part.text()), ids);
            }
        }
        return ids.toArray();
    }

    private void encodeText(String text, IdList ids) {
        for (AddedTokens.Part part : normalized.split(text)) {
            if (part.token() != null) {
                ids.add(part.token().id());
            } else {
                split.words(part.text()).forEach(word -> encodeWord(word, ids));
            }
        }
    }

    private void encodeWord(String word, IdList ids) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        if (wholeWordsFirst) {
            int id = vocabulary.find(ByteAlphabet.spell(bytes));
            if (id >= 0) {
                ids.add(id);
                return;
            }
        }
        int[] symbols = new int[bytes.length];
        int count = 0;
        for (byte value : bytes) {
            int id = byteIds[Byte.toUnsignedInt(value)];
            if (id >= 0 || unknownId >= 0) {
                symbols[count++] = id >= 0 ? id : unknownId;
            }
        }
        ids.add(symbols, BytePairEncoder.merge(merges, symbols, count));
    }

    /** The text of tokens; special ones are left out unless asked for. Bytes that are no UTF-8 become U+FFFD. */
    public String decode(int[] ids, boolean withSpecial) {
        TextStream stream = stream(withSpecial);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(stream.next(id));
        }
        return text.append(stream.end()).toString();
    }

    /** Begins a text that is decoded token by token. */
    public TextStream stream(boolean withSpecial) {
        return new TextStream(this, withSpecial);
    }

    /** The bytes of a token: UTF-8 as a rule, but a character may be cut in two. None for an id without a token. */
    public byte[] bytes(int id) {
        AddedToken token = added(id);
        if (token != null) {
            return token.text().getBytes(StandardCharsets.UTF_8);
        }
        String spelling = vocabulary.token(id);
        return spelling == null ? new byte[0] : ByteAlphabet.bytes(spelling);
    }

    private @Nullable AddedToken added(int id) {
        if (id < 0 || id >= vocabulary.size()) {
            throw new IllegalArgumentException("token " + id + "; the tokenizer has 0 to " + (vocabulary.size() - 1));
        }
        return vocabulary.added(id);
    }

    /** A text without halves of surrogate pairs. */
    private static String whole(String text) {
        StringBuilder mended = null;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (Character.isHighSurrogate(character)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(character)) {
                mended = mended == null ? new StringBuilder(text) : mended;
                mended.setCharAt(i, '\uFFFD');
            }
        }
        return mended == null ? text : mended.toString();
    }

    private static final class IdList {
        private int[] ids = new int[64];
        private int count;

        void add(int id) {
            room(1);
            ids[count++] = id;
        }

        void add(int[] more, int length) {
            room(length);
            System.arraycopy(more, 0, ids, count, length);
            count += length;
        }

        private void room(int more) {
            if (count + more > ids.length) {
                ids = Arrays.copyOf(ids, Math.max(count + more, 2 * ids.length));
            }
        }

        int[] toArray() {
            return Arrays.copyOf(ids, count);
        }
    }
}
