package dev.psyne.node;

import dev.psyne.rpc.RpcCall;
import dev.psyne.rpc.RpcException;
import dev.psyne.vlm.Conversation.Role;
import dev.psyne.vlm.Sampling;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code vision.ask}: {@code messages} that were said before, then the {@code question} with its {@code
 * image} or {@code images}. Each of them may be absent, if something is left.
 */
final class VisionArguments {
    private VisionArguments() {}

    static Question question(RpcCall call) {
        List<Question.Message> messages = new ArrayList<>();
        for (Object message : array(call.arguments().get("messages"), "messages")) {
            messages.add(message(message));
        }
        List<Question.Part> parts = new ArrayList<>();
        call.optionalBytes("image").map(Question.PictureFile::new).ifPresent(parts::add);
        for (Object image : array(call.arguments().get("images"), "images")) {
            parts.add(picture(image));
        }
        if (messages.isEmpty()
                || !parts.isEmpty()
                || call.optionalString("question").isPresent()) {
            parts.add(new Question.Words(call.string("question")));
            messages.add(new Question.Message(Role.USER, parts));
        }
        return new Question(call.optionalString("model"), messages, sampling(call));
    }

    private static Question.Message message(Object message) {
        if (!(message instanceof Map<?, ?> map) || !(map.get("role") instanceof String role)) {
            throw invalid("'messages' holds something that is no map with role and content");
        }
        return new Question.Message(role(role), parts(map.get("content")));
    }

    private static Role role(String role) {
        return switch (role) {
            case "system" -> Role.SYSTEM;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            default -> throw invalid("a message's role is '" + role + "'; it may be system, user or assistant");
        };
    }

    private static List<Question.Part> parts(@Nullable Object content) {
        if (content instanceof String text) {
            return List.of(new Question.Words(text));
        }
        List<Question.Part> parts = new ArrayList<>();
        for (Object part : array(content, "content")) {
            parts.add(part instanceof String text ? new Question.Words(text) : picture(part));
        }
        return parts;
    }

    private static Question.Part picture(Object image) {
        if (image instanceof MemorySegment file) {
            return new Question.PictureFile(file);
        }
        throw invalid("a picture is to be binary");
    }

    private static List<?> array(@Nullable Object value, String name) {
        return switch (value) {
            case null -> List.of();
            case List<?> list -> list;
            default -> throw invalid("'" + name + "' must be an array");
        };
    }

    private static Sampling sampling(RpcCall call) {
        try {
            double temperature = call.number("temperature", 0);
            Sampling sampling = temperature == 0
                    ? Sampling.greedy()
                    : Sampling.topP(temperature, call.number("top_p", 1), (long) call.number("seed", 0))
                            .withTopK(Math.toIntExact(call.integer("top_k", Sampling.ALL_TOKENS)))
                            .withMinP(call.number("min_p", 0));
            return sampling.withMaxTokens(Math.toIntExact(call.integer("max_tokens", Integer.MAX_VALUE)));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private static RpcException invalid(String sentence) {
        return new RpcException("invalid_argument", sentence);
    }
}
