package dev.psyne.vlm.internal.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Text that comes token by token. A character whose bytes are spread over tokens is given with the last of them; all
 * parts together are what {@link Tokenizer#decode} gives. For one thread at a time.
 */
public final class TextStream {
    private static final int MAX_PENDING_BYTES = 4;

    private final Tokenizer tokenizer;
    private final boolean withSpecial;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final byte[] pending = new byte[MAX_PENDING_BYTES];
    private int pendingBytes;

    TextStream(Tokenizer tokenizer, boolean withSpecial) {
        this.tokenizer = tokenizer;
        this.withSpecial = withSpecial;
    }

    /** What a token adds, as far as characters are complete; empty for a special token that is not shown. */
    public String next(int id) {
        if (!withSpecial && tokenizer.special(id)) {
            return "";
        }
        return decode(tokenizer.bytes(id), false);
    }

    /** The rest: U+FFFD for a character that was never completed. The stream begins anew after that. */
    public String end() {
        String rest = decode(new byte[0], true);
        decoder.reset();
        return rest;
    }

    private String decode(byte[] more, boolean end) {
        ByteBuffer in = ByteBuffer.allocate(pendingBytes + more.length)
                .put(pending, 0, pendingBytes)
                .put(more)
                .flip();
        CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
        decoder.decode(in, out, end);
        if (end) {
            decoder.flush(out);
        }
        pendingBytes = in.remaining();
        in.get(pending, 0, pendingBytes);
        return out.flip().toString();
    }
}
