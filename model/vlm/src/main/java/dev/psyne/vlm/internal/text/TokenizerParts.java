package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.ModelException;
import java.nio.file.Path;
import java.util.List;

/**
 * What the file of a byte-level tokenizer says, whatever its format.
 *
 * @param unknownId the token for a byte that has none, or -1 where such bytes are left out, as the reference does
 * @param wholeWordsFirst whether a word that is a token is not merged from its bytes
 */
record TokenizerParts(
        Path file,
        Vocabulary vocabulary,
        List<AddedToken> added,
        TextSplit split,
        MergeTable merges,
        int unknownId,
        boolean wholeWordsFirst) {
    /** Most merges. */
    static final int MAX_MERGES = 1 << 21;

    /** Longest added token, in characters. */
    static final int MAX_ADDED_CHARACTERS = 1024;

    /** Refuses a tokenizer without merges or with too many. */
    static MergeTable merges(Path file, String key, int count) {
        if (count == 0) {
            throw new ModelException(file, key, "no merges", "those of a byte-level BPE");
        }
        if (count > MAX_MERGES) {
            throw new ModelException(file, key, count + " merges", "at most " + MAX_MERGES);
        }
        return new MergeTable(count);
    }

    /** Adds the merge of two tokens, which must be in the vocabulary, as must be what they become. */
    static void merge(Path file, String key, Vocabulary vocabulary, MergeTable merges, String left, String right) {
        int first = vocabulary.find(left);
        int second = vocabulary.find(right);
        int result = vocabulary.find(left + right);
        if (first < 0 || second < 0 || result < 0) {
            throw new ModelException(
                    file, key, "'" + left + "' and '" + right + "'", "two tokens that make a third in the vocabulary");
        }
        merges.add(first, second, result);
    }

    /** Refuses an added token that no text can hold. */
    static AddedToken check(Path file, String key, AddedToken token) {
        int length = token.text().length();
        if (length == 0 || length > MAX_ADDED_CHARACTERS) {
            throw new ModelException(file, key, length + " characters", "1 to " + MAX_ADDED_CHARACTERS);
        }
        return token;
    }
}
