package dev.psyne.hypha.internal.http;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.JsonValues;
import dev.psyne.hypha.RemoteStream;
import java.lang.foreign.MemorySegment;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a tool gave, as content: words as they are, a picture as a picture, all else as JSON, and a map as structured content
 * too. The words of a generator are put together.
 */
final class McpResults {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};
    private static final byte[] JPEG = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF};

    private final JsonMapper json;
    private final JsonValues values;

    McpResults(JsonMapper json, JsonValues values) {
        this.json = json;
        this.values = values;
    }

    ObjectNode of(@Nullable Object result) {
        Object whole = result instanceof RemoteStream stream ? joined(values.collect(stream)) : result;
        ObjectNode node = json.createObjectNode();
        ArrayNode content = node.putArray("content");
        if (whole instanceof MemorySegment bytes && picture(bytes) != null) {
            content.addObject()
                    .put("type", "image")
                    .put("data", Base64.getEncoder().encodeToString(bytes.toArray(JAVA_BYTE)))
                    .put("mimeType", picture(bytes));
            return node;
        }
        text(content, whole instanceof String words ? words : json.writeValueAsString(values.write(whole)));
        if (whole instanceof Map<?, ?>) {
            node.set("structuredContent", values.write(whole));
        }
        return node;
    }

    /** "Tool execution errors" are told in the result, so that the model sees them. */
    ObjectNode failed(HyphaException failure) {
        ObjectNode node = json.createObjectNode();
        text(node.putArray("content"), String.valueOf(failure.getMessage()));
        return node.put("isError", true);
    }

    private static void text(ArrayNode content, String text) {
        content.addObject().put("type", "text").put("text", text);
    }

    private static Object joined(List<@Nullable Object> elements) {
        return elements.stream().allMatch(String.class::isInstance)
                ? elements.stream().map(String::valueOf).collect(Collectors.joining())
                : elements;
    }

    private static @Nullable String picture(MemorySegment bytes) {
        return begins(bytes, PNG) ? "image/png" : begins(bytes, JPEG) ? "image/jpeg" : null;
    }

    private static boolean begins(MemorySegment bytes, byte[] magic) {
        return bytes.byteSize() >= magic.length
                && bytes.asSlice(0, magic.length).mismatch(MemorySegment.ofArray(magic)) < 0;
    }
}
