package dev.psyne.node;

import dev.psyne.vlm.Answer;
import dev.psyne.vlm.FinishReason;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes one answer in the shape of OpenAI's chat completions: whole, or chunk by chunk. What the model itself says
 * of its answer stands beside it under the key {@code psyne}.
 */
final class ChatResponse {
    private final JsonMapper json;
    private final String id;
    private final ChatRequest request;
    private final long createdSeconds;

    ChatResponse(JsonMapper json, String id, ChatRequest request, long createdSeconds) {
        this.json = json;
        this.id = id;
        this.request = request;
        this.createdSeconds = createdSeconds;
    }

    String whole(Answer answer, List<TokenMessage> tokens) {
        ObjectNode root = envelope("chat.completion");
        ObjectNode choice = root.putArray("choices").addObject();
        choice.put("index", 0);
        choice.putObject("message").put("role", "assistant").put("content", answer.text());
        logprobs(choice, tokens);
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

    String chunk(TokenMessage token) {
        ObjectNode root = envelope("chat.completion.chunk");
        ObjectNode choice = root.putArray("choices").addObject();
        choice.put("index", 0);
        choice.putObject("delta").put("content", token.text());
        logprobs(choice, List.of(token));
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

    /** The error document, for a stream that has begun and cannot have a status of its own any more. */
    String error(Refusal refusal) {
        ObjectNode root = json.createObjectNode();
        root.putObject("error")
                .put("message", refusal.sentence())
                .put("type", refusal.type())
                .put("code", refusal.code());
        return json.writeValueAsString(root);
    }

    private ObjectNode envelope(String object) {
        ObjectNode root = json.createObjectNode();
        root.put("id", id).put("object", object).put("created", createdSeconds).put("model", request.model());
        return root;
    }

    private void logprobs(ObjectNode choice, List<TokenMessage> tokens) {
        if (request.logprobs()) {
            ChatLogprobs.write(choice, tokens, request.topLogprobs());
        } else {
            choice.putNull("logprobs");
        }
    }

    private static void usage(ObjectNode root, Answer answer) {
        root.putObject("usage")
                .put("prompt_tokens", answer.promptTokens())
                .put("completion_tokens", answer.tokens())
                .put("total_tokens", answer.promptTokens() + answer.tokens())
                .putObject("prompt_tokens_details")
                .put("cached_tokens", answer.cachedTokens());
    }

    private static void psyne(ObjectNode root, Answer answer) {
        AnswerFields.write(root.putObject("psyne"), answer);
    }

    private static String finish(FinishReason reason) {
        return reason == FinishReason.LENGTH ? "length" : "stop";
    }
}
