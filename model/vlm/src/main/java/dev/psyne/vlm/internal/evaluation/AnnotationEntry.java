package dev.psyne.vlm.internal.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An annotation of VQA: {@code question_id}, {@code question_type}, {@code answer_type}, {@code multiple_choice_answer} and
 * {@code answers}.
 *
 * @param id of the question
 * @param questionType its first words
 * @param answerType yes/no, number or other
 * @param commonest the answer given most often, as the file says it or else as counted
 * @param answers in the file's order
 */
record AnnotationEntry(long id, String questionType, String answerType, String commonest, List<String> answers) {
    /** As many as the metric is made for. */
    static final int USUAL_ANSWERS = 10;

    /** Most answers of an annotation. */
    static final int MAX_ANSWERS = 100;

    /** Reads the object that a cursor stands on. */
    static AnnotationEntry read(JsonCursor json) {
        Long id = null;
        String questionType = QuestionEntry.UNTOLD;
        String answerType = QuestionEntry.UNTOLD;
        String commonest = null;
        List<String> answers = List.of();
        json.enterObject("an annotation");
        for (String key = json.nextKey(); key != null; key = json.nextKey()) {
            switch (key) {
                case "question_id" -> id = json.integer(key);
                case "question_type" -> questionType = json.text(key);
                case "answer_type" -> answerType = json.text(key);
                case "multiple_choice_answer" -> commonest = json.text(key);
                case "answers" -> answers = answers(json);
                default -> json.skip();
            }
        }
        if (id == null) {
            throw json.refuse("an annotation with question_id before its end");
        }
        return new AnnotationEntry(
                id, questionType, answerType, commonest == null ? mostFrequent(answers) : commonest, answers);
    }

    private static List<String> answers(JsonCursor json) {
        List<String> answers = new ArrayList<>(USUAL_ANSWERS);
        json.enterArray("answers");
        while (json.nextElement()) {
            if (answers.size() == MAX_ANSWERS) {
                throw json.refuse("at most " + MAX_ANSWERS + " answers");
            }
            answers.add(answer(json));
        }
        return answers;
    }

    private static String answer(JsonCursor json) {
        String answer = null;
        json.enterObject("an answer");
        for (String key = json.nextKey(); key != null; key = json.nextKey()) {
            if (key.equals("answer")) {
                answer = json.text(key);
            } else {
                json.skip();
            }
        }
        if (answer == null) {
            throw json.refuse("an answer with its answer before its end");
        }
        return answer;
    }

    /** The first among equals; empty for none. */
    private static String mostFrequent(List<String> answers) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        answers.forEach(answer -> counts.merge(answer, 1, Integer::sum));
        @Nullable String most = null;
        int count = 0;
        for (Map.Entry<String, Integer> entry : counts.entrySet()) {
            if (entry.getValue() > count) {
                most = entry.getKey();
                count = entry.getValue();
            }
        }
        return most == null ? "" : most;
    }
}
