package dev.psyne.vlm.internal.evaluation;

import dev.psyne.vlm.Answer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An answer as the journal keeps it.
 *
 * @param id of the question
 * @param answer of the model; empty if it did not take the question
 * @param confidence of the model, 0 to 1
 * @param sure whether the model said nothing else
 * @param blindPicture the other question's picture that this one was asked about; empty for its own
 */
record JournalLine(long id, String answer, double confidence, boolean sure, Optional<String> blindPicture) {
    private static final JsonMapper JSON = new JsonMapper();

    static JournalLine of(long id, Answer answer, Optional<String> blindPicture) {
        double confidence = Double.isNaN(answer.confidence()) ? 0 : Math.clamp(answer.confidence(), 0, 1);
        return new JournalLine(id, answer.text().strip(), confidence, answer.sure(), blindPicture);
    }

    /** A question that the model does not take. */
    static JournalLine refused(long id, Optional<String> blindPicture) {
        return new JournalLine(id, "", 0, false, blindPicture);
    }

    /** One object without a line end. */
    String json() {
        ObjectNode node = JSON.createObjectNode()
                .put("question_id", id)
                .put("answer", answer)
                .put("confidence", confidence)
                .put("sure", sure);
        blindPicture.ifPresent(picture -> node.put("blind_picture", picture));
        return JSON.writeValueAsString(node);
    }

    /** Reads the object that a cursor stands on. */
    static JournalLine read(JsonCursor json) {
        @Nullable Long id = null;
        @Nullable String answer = null;
        @Nullable String blindPicture = null;
        double confidence = 0;
        boolean sure = true;
        json.enterObject("an answer");
        for (String key = json.nextKey(); key != null; key = json.nextKey()) {
            switch (key) {
                case "question_id" -> id = json.integer(key);
                case "answer" -> answer = json.text(key);
                case "confidence" -> confidence = json.share(key);
                case "sure" -> sure = json.flag(key);
                case "blind_picture" -> blindPicture = json.text(key);
                default -> json.skip();
            }
        }
        if (id == null || answer == null) {
            throw json.refuse("an answer with question_id and answer before its end");
        }
        return new JournalLine(id, answer, confidence, sure, Optional.ofNullable(blindPicture));
    }
}
