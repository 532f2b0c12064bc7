package dev.psyne.node;

import dev.psyne.vlm.Answer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** What is told of an answer beside its text, the same on every way out of the node. Times are in milliseconds. */
final class AnswerFields {
    private static final double NANOS_PER_MILLI = 1e6;

    private AnswerFields() {}

    static Map<String, Object> of(Answer answer) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("text", answer.text());
        fields.put("confidence", answer.confidence());
        fields.put("sure", answer.sure());
        fields.put("tokens", (long) answer.tokens());
        fields.put("promptTokens", (long) answer.promptTokens());
        fields.put("cachedTokens", (long) answer.cachedTokens());
        fields.put("reason", answer.reason().name().toLowerCase(Locale.ROOT));
        fields.put("encodeMs", answer.encodeNanos() / NANOS_PER_MILLI);
        fields.put("firstTokenMs", answer.firstTokenNanos() / NANOS_PER_MILLI);
        fields.put("totalMs", answer.totalNanos() / NANOS_PER_MILLI);
        return fields;
    }

    static void write(ObjectNode node, Answer answer) {
        of(answer).forEach(node::putPOJO);
    }
}
