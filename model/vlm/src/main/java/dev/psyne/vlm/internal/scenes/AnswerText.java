package dev.psyne.vlm.internal.scenes;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The text of an answer as its tokens come: words joined by one space, neighbouring byte tokens decoded together as
 * UTF-8, with U+FFFD for what is none. One answer's; not shared.
 */
final class AnswerText {
    private static final int LONGEST_CHARACTER_BYTES = 4;

    private final WordTokenizer tokenizer;
    private final Map<Integer, String> spoken;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final ByteBuffer bytes = ByteBuffer.allocate(2 * LONGEST_CHARACTER_BYTES);
    private final CharBuffer characters = CharBuffer.allocate(4 * LONGEST_CHARACTER_BYTES);
    private boolean begun;
    private boolean inBytes;

    AnswerText(WordTokenizer tokenizer) {
        this(tokenizer, Map.of());
    }

    /** Says some words in other ones, by their ids. */
    AnswerText(WordTokenizer tokenizer, Map<Integer, String> spoken) {
        this.tokenizer = tokenizer;
        this.spoken = spoken;
    }

    /** What the next token adds; empty for a token without text and while a character is incomplete. */
    String add(int id) {
        if (WordTokenizer.isByte(id)) {
            String space = inBytes ? "" : space();
            inBytes = true;
            bytes.put((byte) (id - WordTokenizer.FIRST_BYTE));
            return space + drain(false);
        }
        String rest = finish();
        return id >= WordTokenizer.FIRST_WORD ? rest + space() + spoken.getOrDefault(id, tokenizer.word(id)) : rest;
    }

    /** What is left of an incomplete character at the end. */
    String finish() {
        if (!inBytes) {
            return "";
        }
        inBytes = false;
        String rest = drain(true);
        utf8.reset();
        return rest;
    }

    private String space() {
        String space = begun ? " " : "";
        begun = true;
        return space;
    }

    private String drain(boolean last) {
        bytes.flip();
        utf8.decode(bytes, characters, last);
        if (last) {
            utf8.flush(characters);
        }
        bytes.compact();
        String text = characters.flip().toString();
        characters.clear();
        return text;
    }
}
