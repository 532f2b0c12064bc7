package dev.psyne.node;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Base64;

/** The bytes of a {@code data:} URL with base64 (RFC 2397). */
final class DataUrl {
    /** Characters decoded at a time: whole groups of four. */
    private static final int CHARACTERS = 1 << 16;

    private static final int CHARACTERS_A_GROUP = 4;
    private static final int BYTES_A_GROUP = 3;

    private DataUrl() {}

    /**
     * Decodes.
     *
     * @throws IllegalArgumentException with what is wrong, as the end of a sentence that begins with the URL
     */
    static MemorySegment decode(String url) {
        int comma = url.indexOf(',');
        if (!url.startsWith("data:") || comma < 0 || !url.substring(0, comma).endsWith(";base64")) {
            throw new IllegalArgumentException(
                    "must be a data: URL with base64 (data:image/png;base64,…); nothing is fetched from elsewhere");
        }
        Base64.Decoder decoder = Base64.getDecoder();
        int groups = (url.length() - comma - 1 + CHARACTERS_A_GROUP - 1) / CHARACTERS_A_GROUP;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(groups * BYTES_A_GROUP);
        for (int at = comma + 1; at < url.length(); at += CHARACTERS) {
            int end = Math.min(url.length(), at + CHARACTERS);
            byte[] part = decode(decoder, url.substring(at, end));
            if (end < url.length() && part.length < CHARACTERS / CHARACTERS_A_GROUP * BYTES_A_GROUP) {
                throw new IllegalArgumentException("is not valid base64: it goes on behind its end");
            }
            bytes.writeBytes(part);
        }
        return MemorySegment.ofArray(bytes.toByteArray());
    }

    private static byte[] decode(Base64.Decoder decoder, String part) {
        try {
            return decoder.decode(part);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is not valid base64: " + e.getMessage(), e);
        }
    }
}
