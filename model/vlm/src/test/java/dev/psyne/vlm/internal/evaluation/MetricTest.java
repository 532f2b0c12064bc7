package dev.psyne.vlm.internal.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Beside what the published evaluation says: golden.json was written by golden.py, which runs the classes VQA and VQAEval of
 * github.com/GT-Vision-Lab/VQA (a013f00) unmodified on Python 2.7 over a seeded set of awkward answers.
 */
class MetricTest {
    private static final double PERCENT = 100;

    private static JsonNode golden() throws IOException {
        try (InputStream stream = MetricTest.class.getResourceAsStream("golden.json")) {
            return new JsonMapper().readTree(Objects.requireNonNull(stream, "golden.json"));
        }
    }

    private static double accuracy(List<String> answers, String given) {
        return PERCENT * Metric.VQA.units(answers, given) / Metric.UNITS;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(node -> texts.add(node.stringValue()));
        return texts;
    }

    @Test
    void everyAnswerHasTheAccuracyOfThePublishedEvaluation() throws IOException {
        JsonNode cases = golden().path("cases");
        assertTrue(cases.size() >= 500);
        for (JsonNode one : cases) {
            assertEquals(
                    one.path("accuracy").doubleValue(),
                    accuracy(texts(one.path("answers")), one.path("answer").stringValue()),
                    1e-9,
                    one::toString);
        }
    }

    @Test
    void theMeansAreThoseOfThePublishedEvaluation() throws IOException {
        Map<String, List<Long>> units = new HashMap<>();
        JsonNode golden = golden();
        for (JsonNode one : golden.path("cases")) {
            long accuracy = Metric.VQA.units(
                    texts(one.path("answers")), one.path("answer").stringValue());
            for (String type : List.of(
                    "",
                    one.path("answerType").stringValue(),
                    one.path("questionType").stringValue())) {
                units.computeIfAbsent(type, _ -> new ArrayList<>()).add(accuracy);
            }
        }
        assertMean(golden.path("accuracy").path("overall"), units.getOrDefault("", List.of()));
        for (String group : List.of("perAnswerType", "perQuestionType")) {
            JsonNode types = golden.path("accuracy").path(group);
            assertEquals(3, types.size());
            types.propertyNames().forEach(type -> assertMean(types.path(type), units.getOrDefault(type, List.of())));
        }
    }

    private static void assertMean(JsonNode wanted, List<Long> units) {
        double sum = units.stream().mapToLong(Long::longValue).sum();
        assertEquals(wanted.doubleValue(), PERCENT * sum / Metric.UNITS / units.size(), .0051);
    }

    @Test
    void textsAreNormalisedAsThePublishedEvaluationDoesIt() throws IOException {
        for (JsonNode text : golden().path("texts")) {
            String raw = text.path("text").stringValue();
            assertEquals(text.path("punctuation").stringValue(), AnswerNormalisation.punctuation(raw), raw);
            assertEquals(text.path("words").stringValue(), AnswerNormalisation.words(raw), raw);
        }
    }

    @Test
    void anAnswerCountsByHowManyGaveIt() {
        double[] wanted = {0, 30, 60, 90, 100, 100, 100, 100, 100, 100, 100};
        for (int equal = 0; equal <= 10; equal++) {
            List<String> answers = new ArrayList<>(Collections.nCopies(equal, "dog"));
            answers.addAll(Collections.nCopies(10 - equal, "cat"));
            assertEquals(wanted[equal], accuracy(answers, "dog"), 1e-9);
        }
    }

    @Test
    void nothingIsNormalisedWherePeopleAgree() {
        assertEquals(0, accuracy(Collections.nCopies(10, "Two."), "2"));
        assertEquals(100, accuracy(Collections.nCopies(10, " yes\n"), "yes "));
    }

    @Test
    void otherNumbersOfAnswersAreScoredByThoseThereAre() {
        assertEquals(0, accuracy(List.of("dog"), "dog"), "nothing is left beside the one");
        assertEquals(PERCENT / 3, accuracy(List.of("dog", "dog"), "dog"), 1e-9);
        assertEquals(100, accuracy(Collections.nCopies(AnnotationEntry.MAX_ANSWERS, "dog"), "dog"));
    }

    @Test
    void anExactMatchIsOneButForSpaceAround() {
        assertEquals(Metric.UNITS, Metric.EXACT.units(List.of("cube"), " cube "));
        assertEquals(0, Metric.EXACT.units(List.of("cube"), "Cube"));
        assertEquals(0, Metric.EXACT.units(List.of("2"), "two"));
    }
}
