package dev.psyne.vlm.internal.evaluation;

import dev.psyne.vlm.EvaluationException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/**
 * Walks through a JSON text in UTF-8 that is never held as a whole. {@link #nextKey}, {@link #nextElement} and {@link #begin}
 * stand on a value, which must then be taken or skipped. What does not fit is an {@link EvaluationException} that names the
 * file and the byte.
 */
final class JsonCursor implements AutoCloseable {
    /** Longest text taken, in characters. */
    static final int MAX_TEXT_CHARACTERS = 1 << 16;

    private static final int MAX_DEPTH = 64;
    private static final int MAX_NUMBER_CHARACTERS = 400;
    private static final int SHOWN_CHARACTERS = 40;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_TEXT_CHARACTERS)
                    .maxNameLength(MAX_TEXT_CHARACTERS)
                    .maxNumberLength(MAX_NUMBER_CHARACTERS)
                    .build())
            .build();

    private final Path file;
    private final long base;
    private final JsonParser parser;

    private JsonCursor(Path file, long base, JsonParser parser) {
        this.file = file;
        this.base = base;
        this.parser = parser;
    }

    /** A cursor before the begin of a file; closing it closes the stream. */
    static JsonCursor over(Path file, InputStream stream) {
        return guarded(file, 0, () -> JSON.createParser(ObjectReadContext.empty(), stream));
    }

    /** A cursor before a part of a file that begins at a byte of it. */
    static JsonCursor over(Path file, byte[] part, long at) {
        return guarded(file, at, () -> JSON.createParser(ObjectReadContext.empty(), part));
    }

    private static JsonCursor guarded(Path file, long base, Supplier<JsonParser> open) {
        try {
            return new JsonCursor(file, base, open.get());
        } catch (JacksonException e) {
            throw new EvaluationException(file, base, "not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Stands on the value of the whole text. */
    void begin() {
        advance("a JSON document");
        if (location().getByteOffset() < 0) {
            throw new EvaluationException(file, base, "the text is not in UTF-8; convert it", null);
        }
    }

    /** Refuses what comes behind the value of the whole text. */
    void end() {
        if (next() != null) {
            throw refuse("the end of the file");
        }
    }

    /** Goes into an object, whose keys are then asked for. */
    void enterObject(String what) {
        if (!parser.hasToken(JsonToken.START_OBJECT)) {
            throw refuse(what + ", an object");
        }
    }

    /** The next key of the object, whose value the cursor then stands on; null at its end. */
    @Nullable
    String nextKey() {
        if (advance("a key or }") == JsonToken.END_OBJECT) {
            return null;
        }
        String key = string();
        advance("a value of '" + shown(key) + "'");
        return key;
    }

    /** Goes into an array, whose elements are then asked for. */
    void enterArray(String what) {
        if (!parser.hasToken(JsonToken.START_ARRAY)) {
            throw refuse(what + ", an array");
        }
    }

    /** Whether there is another element, which the cursor then stands on. */
    boolean nextElement() {
        return advance("an element or ]") != JsonToken.END_ARRAY;
    }

    String text(String what) {
        if (!parser.hasToken(JsonToken.VALUE_STRING)) {
            throw refuse(what + ", a text");
        }
        return string();
    }

    long integer(String what) {
        if (!parser.hasToken(JsonToken.VALUE_NUMBER_INT)) {
            throw refuse(what + ", a whole number");
        }
        try {
            return parser.getLongValue();
        } catch (JacksonException e) {
            throw new EvaluationException(
                    file, tokenOffset(), "found " + found() + ", expected " + what + " in 64 bits", e);
        }
    }

    /** A text, or a whole number as one. */
    String textOrInteger(String what) {
        return parser.hasToken(JsonToken.VALUE_NUMBER_INT) ? Long.toString(integer(what)) : text(what);
    }

    /** A number of 0 to 1. */
    double share(String what) {
        JsonToken token = parser.currentToken();
        double value = Double.NaN;
        try {
            value = token != null && token.isNumeric() ? parser.getDoubleValue() : Double.NaN;
        } catch (JacksonException e) {
            throw broken(e);
        }
        if (value >= 0 && value <= 1) {
            return value;
        }
        throw refuse(what + ", a number of 0 to 1");
    }

    boolean flag(String what) {
        if (!parser.hasToken(JsonToken.VALUE_TRUE) && !parser.hasToken(JsonToken.VALUE_FALSE)) {
            throw refuse(what + ", true or false");
        }
        return parser.hasToken(JsonToken.VALUE_TRUE);
    }

    /** Goes to the end of the value, whatever it is. */
    void skip() {
        try {
            parser.skipChildren();
        } catch (JacksonException e) {
            throw broken(e);
        }
    }

    /** The first byte of the token that the cursor stands on. */
    long tokenOffset() {
        return base + Math.max(0, location().getByteOffset());
    }

    /** What the cursor stands on is not what is expected. */
    EvaluationException refuse(String expected) {
        return new EvaluationException(file, tokenOffset(), "found " + found() + ", expected " + expected, null);
    }

    private TokenStreamLocation location() {
        return parser.currentTokenLocation();
    }

    private JsonToken advance(String expected) {
        JsonToken token = next();
        if (token == null) {
            throw new EvaluationException(
                    file,
                    base + Math.max(0, parser.currentLocation().getByteOffset()),
                    "found the end of the file, expected " + expected,
                    null);
        }
        return token;
    }

    private @Nullable JsonToken next() {
        try {
            return parser.nextToken();
        } catch (JacksonException e) {
            throw broken(e);
        }
    }

    private String string() {
        try {
            return parser.getString();
        } catch (JacksonException e) {
            throw broken(e);
        }
    }

    private EvaluationException broken(JacksonException e) {
        if (e instanceof JacksonIOException) {
            return new EvaluationException(file, "cannot be read: " + e.getOriginalMessage(), e);
        }
        TokenStreamLocation at = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
        return new EvaluationException(
                file, base + Math.max(0, at.getByteOffset()), "broken JSON: " + e.getOriginalMessage(), e);
    }

    private String found() {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case END_OBJECT -> "}";
            case END_ARRAY -> "]";
            case VALUE_STRING -> "'" + shown(string()) + "'";
            default -> shown(string());
        };
    }

    private static String shown(String text) {
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...";
    }

    @Override
    public void close() {
        try {
            parser.close();
        } catch (JacksonException e) {
            throw broken(e);
        }
    }
}
