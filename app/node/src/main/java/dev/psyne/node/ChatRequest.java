package dev.psyne.node;

import dev.psyne.net.HttpException;
import dev.psyne.vlm.Sampling;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.ByteBufferBackedInputStream;

/**
 * An OpenAI chat completion request.
 *
 * @param model the model's name
 * @param messages the conversation
 * @param stream whether tokens are sent as they come
 * @param streamUsage whether the stream ends with a usage chunk
 * @param logprobs whether the probabilities of the tokens are told
 * @param topLogprobs so many alternatives are told with each
 * @param sampling how tokens are chosen; greedy unless a temperature is given
 */
record ChatRequest(
        String model,
        List<Question.Message> messages,
        boolean stream,
        boolean streamUsage,
        boolean logprobs,
        int topLogprobs,
        Sampling sampling) {

    private static final double MAX_TEMPERATURE = 2.0;
    private static final int MAX_STOP_SEQUENCES = 4;
    private static final String TOP_LOGPROBS = "top_logprobs";

    Question question() {
        return new Question(Optional.of(model), messages, sampling);
    }

    static ChatRequest parse(JsonMapper json, MemorySegment body) {
        JsonNode root = read(json, body);
        if (!root.isObject()) {
            throw HttpException.invalid(400, "invalid_json", "The body must be a JSON object with model and messages.");
        }
        if (root.path("n").asInt(1) != 1) {
            throw invalid("n", "must be 1; this node gives one answer a request");
        }
        boolean logprobs = root.path("logprobs").asBoolean(false);
        int topLogprobs = (int) number(root, TOP_LOGPROBS, 0, Sampling.MAX_LIKELIEST, 0);
        if (topLogprobs > 0 && !logprobs) {
            throw invalid(TOP_LOGPROBS, "needs 'logprobs' to be true");
        }
        // The spelling of the token that was chosen stands among the likeliest.
        Sampling sampling = sampling(root).withLikeliest(logprobs ? Math.max(1, topLogprobs) : 0);
        List<Question.Message> messages = ChatMessages.parse(root.path("messages"));
        return new ChatRequest(
                text(root, "model"),
                messages,
                root.path("stream").asBoolean(false),
                root.path("stream_options").path("include_usage").asBoolean(false),
                logprobs,
                topLogprobs,
                sampling);
    }

    private static JsonNode read(JsonMapper json, MemorySegment body) {
        try {
            return json.readTree(new ByteBufferBackedInputStream(body.asByteBuffer()));
        } catch (JacksonException e) {
            throw HttpException.invalid(
                    400, "invalid_json", "The body is not valid JSON: " + e.getOriginalMessage() + ".");
        }
    }

    private static Sampling sampling(JsonNode root) {
        double temperature = number(root, "temperature", 0, MAX_TEMPERATURE, 0);
        double topP = number(root, "top_p", 0, 1, 1);
        int topK = (int) number(root, "top_k", 0, Integer.MAX_VALUE, Sampling.ALL_TOKENS);
        double minP = number(root, "min_p", 0, 1, 0);
        Sampling sampling = temperature == 0 || topP == 0
                ? Sampling.greedy()
                : Sampling.topP(temperature, topP, root.path("seed").asLong(0))
                        .withTopK(topK)
                        .withMinP(minP);
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

    static HttpException invalid(String key, String what) {
        return HttpException.invalid(400, "invalid_" + key, "'" + key + "' " + what + ".");
    }
}
