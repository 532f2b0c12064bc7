package dev.psyne.node;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the methods of the service {@code vision} say of themselves, as JSON Schema. */
final class VisionSchema {
    private static final String PICTURE =
            "A PNG, JPEG or WebP file as bytes, as base64 or as a data: URL, or its pixels as"
                    + " an array of uint8 with the shape height, width, 3.";

    private VisionSchema() {}

    static Map<String, Object> ask(String description) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("image", Map.of("description", PICTURE));
        properties.put("question", of("string", "What to answer."));
        properties.put("images", of("array", "Several pictures instead of one, in order."));
        properties.put("model", of("string", "Which of the models; the first without it."));
        properties.put("max_tokens", of("integer", "The longest answer."));
        properties.put("temperature", of("number", "0, as without it, always takes the likeliest token."));
        properties.put("seed", of("integer", "Of the sampling."));
        return Map.of(
                "description",
                description,
                "parameters",
                Map.of("type", "object", "properties", properties, "required", List.of("question")));
    }

    static Map<String, Object> models() {
        return Map.of(
                "description",
                "Lists the models that may be asked.",
                "parameters",
                Map.of("type", "object", "properties", Map.of()));
    }

    private static Map<String, Object> of(String type, String description) {
        return Map.of("type", type, "description", description);
    }
}
