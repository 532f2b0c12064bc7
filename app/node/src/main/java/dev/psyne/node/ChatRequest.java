package dev.psyne.node;

import dev.psyne.net.HttpException;
import dev.psyne.vlm.Sampling;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The part of an OpenAI chat completion request that this node acts on: the last picture and the last user's text.
 *
 * @param model the model's name
 * @param image the picture's file
 * @param question the text of the last message of the user
 * @param stream whether tokens are sent as they come
 * @param streamUsage whether the stream ends with a usage chunk
 * @param sampling how tokens are chosen; greedy unless a temperature is given
 */
record ChatRequest(
        String model, MemorySegment image, String question, boolean stream, boolean streamUsage, Sampling sampling) {

    private static final double MAX_TEMPERATURE = 2.0;
    private static final int MAX_STOP_SEQUENCES = 4;

    VisionRequest vision() {
        return new VisionRequest(image, question, sampling);
    }

    static ChatRequest parse(JsonMapper json, MemorySegment body) {
        JsonNode root;
        try {
            root = json.readTree(body.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
        } catch (JacksonException e) {
            throw HttpException.invalid(
                    400, "invalid_json", "The body is not valid JSON: " + e.getOriginalMessage() + ".");
        }
        if (!root.isObject()) {
            throw HttpException.invalid(400, "invalid_json", "The body must be a JSON object with model and messages.");
        }
        JsonNode messages = root.path("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            throw invalid("messages", "must be an array with at least one message");
        }
        if (root.path("n").asInt(1) != 1) {
            throw invalid("n", "must be 1; this node gives one answer a request");
        }
        return new ChatRequest(
                text(root, "model"),
                image(messages),
                question(messages),
                root.path("stream").asBoolean(false),
                root.path("stream_options").path("include_usage").asBoolean(false),
                sampling(root));
    }

    private static Sampling sampling(JsonNode root) {
        double temperature = number(root, "temperature", 0, MAX_TEMPERATURE, 0);
        double topP = number(root, "top_p", 0, 1, 1);
        Sampling sampling = temperature == 0 || topP == 0
                ? Sampling.greedy()
                : Sampling.topP(temperature, topP, root.path("seed").asLong(0));
        String limitKey = root.hasNonNull("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
        if (root.hasNonNull(limitKey)) {
            sampling = sampling.withMaxTokens((int) number(root, limitKey, 1, Integer.MAX_VALUE, 1));
        }
        return sampling.withStop(stops(root.path("stop")));
    }

    private static List<String> stops(JsonNode node) {
        List<String> stops = new ArrayList<>();
        if (node.isString()) {
            stops.add(node.asString());
        }
        for (JsonNode stop : node) {
            stops.add(stop.asString());
        }
        if (stops.size() > MAX_STOP_SEQUENCES) {
            throw invalid(
                    "stop", "holds " + stops.size() + " sequences; at most " + MAX_STOP_SEQUENCES + " are allowed");
        }
        for (String stop : stops) {
            if (stop.isEmpty() || stop.length() > Sampling.MAX_STOP_CHARACTERS) {
                throw invalid(
                        "stop",
                        "holds a sequence of " + stop.length() + " characters; each must have 1 to "
                                + Sampling.MAX_STOP_CHARACTERS);
            }
        }
        return stops;
    }

    private static double number(JsonNode root, String key, double least, double most, double absent) {
        JsonNode node = root.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return absent;
        }
        if (!node.isNumber() || node.asDouble() < least || node.asDouble() > most) {
            throw invalid(key, "is " + node + "; it must be a number from " + least + " to " + most);
        }
        return node.asDouble();
    }

    private static String text(JsonNode root, String key) {
        JsonNode node = root.path(key);
        if (!node.isString() || node.asString().isEmpty()) {
            throw invalid(key, "is missing; it must be a string");
        }
        return node.asString();
    }

    private static String question(JsonNode messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            JsonNode message = messages.get(i);
            if (message.path("role").asString("").equals("user")) {
                return questionOf(message.path("content"));
            }
        }
        throw invalid("messages", "holds no message of role user");
    }

    private static String questionOf(JsonNode content) {
        if (content.isString()) {
            return content.asString();
        }
        StringBuilder question = new StringBuilder();
        for (JsonNode part : content) {
            if (part.path("type").asString("").equals("text")) {
                question.append(question.isEmpty() ? "" : " ")
                        .append(part.path("text").asString(""));
            }
        }
        return question.toString();
    }

    private static MemorySegment image(JsonNode messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            Optional<String> url = imageUrl(messages.get(i).path("content"));
            if (url.isPresent()) {
                return decode(url.get());
            }
        }
        throw invalid("messages", "hold no picture; add a part of type image_url with a data: URL");
    }

    private static Optional<String> imageUrl(JsonNode content) {
        Optional<String> last = Optional.empty();
        for (JsonNode part : content) {
            if (part.path("type").asString("").equals("image_url")) {
                JsonNode url = part.path("image_url");
                last = Optional.of(
                        url.isString() ? url.asString() : url.path("url").asString(""));
            }
        }
        return last;
    }

    private static MemorySegment decode(String url) {
        int comma = url.indexOf(',');
        if (!url.startsWith("data:") || comma < 0 || !url.substring(0, comma).endsWith(";base64")) {
            throw invalid(
                    "image_url",
                    "must be a data: URL with base64 (data:image/png;base64,…); nothing is fetched from elsewhere");
        }
        try {
            ByteBuffer encoded = StandardCharsets.ISO_8859_1.encode(url.substring(comma + 1));
            ByteBuffer decoded = Base64.getDecoder().decode(encoded);
            return MemorySegment.ofBuffer(decoded);
        } catch (IllegalArgumentException e) {
            throw invalid("image_url", "is not valid base64: " + e.getMessage());
        }
    }

    private static HttpException invalid(String key, String what) {
        return HttpException.invalid(400, "invalid_" + key, "'" + key + "' " + what + ".");
    }
}
