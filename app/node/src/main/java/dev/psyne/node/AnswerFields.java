package dev.psyne.node;

import dev.psyne.vlm.Answer;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** {@link AnswerWhole} by names. */
final class AnswerFields {
    private AnswerFields() {}

    static Map<String, Object> of(Answer answer) {
        return RecordFields.of(AnswerWhole.of(answer));
    }

    static void write(ObjectNode node, Answer answer) {
        of(answer).forEach(node::putPOJO);
    }
}
