package dev.psyne.node;

import dev.psyne.net.HttpException;
import dev.psyne.vlm.Conversation.Role;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The messages of an OpenAI chat completion request: whole conversations, with pictures anywhere in them. */
final class ChatMessages {
    private ChatMessages() {}

    static List<Question.Message> parse(JsonNode messages) {
        if (!messages.isArray() || messages.isEmpty()) {
            throw ChatRequest.invalid("messages", "must be an array with at least one message");
        }
        List<Question.Message> parsed = new ArrayList<>();
        for (JsonNode message : messages) {
            Role role = role(message.path("role").asString(""));
            parsed.add(new Question.Message(role, parts(message.path("content"), role)));
        }
        if (parsed.stream().noneMatch(message -> message.role() == Role.USER)) {
            throw ChatRequest.invalid("messages", "holds no message of role user");
        }
        return parsed;
    }

    private static Role role(String role) {
        return switch (role) {
            case "system", "developer" -> Role.SYSTEM;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            default ->
                throw ChatRequest.invalid(
                        "messages", "holds a message of role '" + role + "'; it may be system, user or assistant");
        };
    }

    private static List<Question.Part> parts(JsonNode content, Role role) {
        if (content.isString()) {
            return List.of(new Question.Words(content.asString()));
        }
        if (role == Role.ASSISTANT && (content.isNull() || content.isMissingNode())) {
            return List.of();
        }
        if (!content.isArray()) {
            throw ChatRequest.invalid("messages", "holds content that is neither a string nor an array of parts");
        }
        List<Question.Part> parts = new ArrayList<>();
        for (JsonNode part : content) {
            parts.add(part(part));
        }
        return parts;
    }

    private static Question.Part part(JsonNode part) {
        String type = part.path("type").asString("");
        return switch (type) {
            case "text" -> new Question.Words(part.path("text").asString(""));
            case "image_url" -> picture(part.path("image_url"));
            default ->
                throw ChatRequest.invalid(
                        "messages", "holds a part of type '" + type + "'; this node takes text and image_url");
        };
    }

    private static HttpException invalidUrl(IllegalArgumentException e) {
        return ChatRequest.invalid("image_url", String.valueOf(e.getMessage()));
    }

    private static Question.Part picture(JsonNode url) {
        try {
            return new Question.PictureFile(DataUrl.decode(
                    url.isString() ? url.asString() : url.path("url").asString("")));
        } catch (IllegalArgumentException e) {
            throw invalidUrl(e);
        }
    }
}
