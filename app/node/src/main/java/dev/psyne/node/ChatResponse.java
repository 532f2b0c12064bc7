package dev.psyne.node;

import dev.psyne.vlm.Answer;
import dev.psyne.vlm.FinishReason;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes one answer in the shape of OpenAI's chat completions: whole, or chunk by chunk. What the model itself says
 * of its answer stands beside it under the key {@code psyne}.
 */
final class ChatResponse {
    private final JsonMapper json;
    private final String id;
    private final String model;
    private final long createdSeconds;

    ChatResponse(JsonMapper json, String id, String model, long createdSeconds) {
        this.json = json;
        this.id = id;
        this.model = model;
        this.createdSeconds = createdSeconds;
    }

    String whole(Answer answer) {
        ObjectNode root = envelope("chat.completion");
        ObjectNode choice = root.putArray("choices").addObject();
        choice.put("index", 0);
        choice.putObject("message").put("role", "assistant").put("content", answer.text());
        choice.put("finish_reason", finish(answer.reason()));
        usage(root, answer);
        psyne(root, answer);
        return json.writeValueAsString(root);
    }

    String opening() {
        ObjectNode root = envelope("chat.completion.chunk");
        ObjectNode choice = root.putArray("choices").addObject();
        choice.put("index", 0);
        choice.putObject("delta").put("role", "assistant").put("content", "");
        choice.putNull("finish_reason");
        return json.writeValueAsString(root);
    }

    String chunk(String text) {
        ObjectNode root = envelope("chat.completion.chunk");
        ObjectNode choice = root.putArray("choices").addObject();
        choice.put("index", 0);
        choice.putObject("delta").put("content", text);
        choice.putNull("finish_reason");
        return json.writeValueAsString(root);
    }

    String closing(Answer answer) {
        ObjectNode root = envelope("chat.completion.chunk");
        ObjectNode choice = root.putArray("choices").addObject();
        choice.put("index", 0);
        choice.putObject("delta");
        choice.put("finish_reason", finish(answer.reason()));
        psyne(root, answer);
        return json.writeValueAsString(root);
    }

    String usageChunk(Answer answer) {
        ObjectNode root = envelope("chat.completion.chunk");
        root.putArray("choices");
        usage(root, answer);
        return json.writeValueAsString(root);
    }

    private ObjectNode envelope(String object) {
        ObjectNode root = json.createObjectNode();
        root.put("id", id).put("object", object).put("created", createdSeconds).put("model", model);
        return root;
    }

    private static void usage(ObjectNode root, Answer answer) {
        root.putObject("usage")
                .put("prompt_tokens", answer.promptTokens())
                .put("completion_tokens", answer.tokens())
                .put("total_tokens", answer.promptTokens() + answer.tokens());
    }

    private static void psyne(ObjectNode root, Answer answer) {
        AnswerFields.write(root.putObject("psyne"), answer);
    }

    private static String finish(FinishReason reason) {
        return reason == FinishReason.LENGTH ? "length" : "stop";
    }
}
