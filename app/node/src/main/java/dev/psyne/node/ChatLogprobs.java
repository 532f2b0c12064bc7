package dev.psyne.node;

import dev.psyne.vlm.TokenChoice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The probabilities of tokens in the shape of OpenAI's {@code logprobs}. */
final class ChatLogprobs {
    /** The least that is told: JSON has no infinity, and OpenAI's own stands for anything below it. */
    private static final double LEAST = -9999;

    /** Stands where the bytes of a token are no whole characters. */
    private static final char REPLACEMENT = '\uFFFD';

    private ChatLogprobs() {}

    /** Writes the tokens under {@code logprobs} of a choice, each with at most so many alternatives. */
    static void write(ObjectNode choice, List<TokenMessage> tokens, int alternatives) {
        ObjectNode logprobs = choice.putObject("logprobs");
        ArrayNode content = logprobs.putArray("content");
        for (TokenMessage token : tokens) {
            // Text that was held back belongs to tokens that were told before.
            if (token.id() >= 0) {
                write(content.addObject(), token, alternatives);
            }
        }
        logprobs.putNull("refusal");
    }

    private static void write(ObjectNode entry, TokenMessage token, int alternatives) {
        String spelling = token.likeliest().stream()
                .filter(choice -> choice.id() == token.id())
                .map(TokenChoice::text)
                .findFirst()
                .orElse(token.text());
        write(entry, spelling, Math.log(token.probability()));
        ArrayNode top = entry.putArray("top_logprobs");
        token.likeliest().stream()
                .limit(alternatives)
                .forEach(choice -> write(top.addObject(), choice.text(), choice.logProbability()));
    }

    private static void write(ObjectNode entry, String text, double logProbability) {
        entry.put("token", text).put("logprob", Math.max(LEAST, logProbability));
        if (text.indexOf(REPLACEMENT) >= 0) {
            entry.putNull("bytes");
            return;
        }
        ArrayNode bytes = entry.putArray("bytes");
        for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(Byte.toUnsignedInt(value));
        }
    }
}
