package dev.psyne.vlm.internal.scenes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Fixed questions about small scenes: how many the engine answers rightly, and whether it answers as the exporter did. */
class QuestionsTest {
    /** Of a hundred answers, so many must be the exporter's; the rest may turn on rounding. */
    private static final double AGREEMENT = 0.97;

    private static final String ALL = "all";

    private static JsonNode fixture;
    private static Map<String, Tally> tallies;

    /** Answers counted. */
    private static final class Tally {
        int asked;
        int right;
        int agreed;
    }

    @BeforeAll
    static void ask() {
        fixture = EmbeddedModel.json("questions/questions.json");
        tallies = new TreeMap<>();
        Map<String, Scene> scenes = new HashMap<>();
        try (Scheduler scheduler = Scheduler.create(2);
                SceneModel model = SceneModel.load(EmbeddedModel.DIRECTORY, scheduler)) {
            String sentence = model.configuration().answer().sentence();
            for (JsonNode record : fixture.get("questions")) {
                Scene scene = scenes.computeIfAbsent(
                        record.get("image").stringValue(),
                        file -> model.encode(EmbeddedModel.picture("questions/" + file)));
                String question = record.get("question").stringValue();
                Answer answer = model.ask(scene, question, Sampling.greedy(), token -> true);
                // An answer broken off is one that is not sure.
                String text = answer.sure() ? answer.text() : sentence;
                count(record, text);
            }
        }
        scenes.values().forEach(Scene::close);
    }

    private static void count(JsonNode record, String text) {
        boolean right = false;
        for (JsonNode answer : record.get("answers")) {
            right |= answer.stringValue().equals(text);
        }
        String split = record.get("split").stringValue();
        for (String kind : new String[] {record.get("kind").stringValue(), ALL}) {
            Tally tally = tallies.computeIfAbsent(split + " " + kind, key -> new Tally());
            tally.asked++;
            tally.right += right ? 1 : 0;
            tally.agreed += record.get("reference").stringValue().equals(text) ? 1 : 0;
        }
    }

    @AfterAll
    static void forget() {
        tallies.clear();
    }

    @Test
    void questionsBelongToTheWeights() {
        String hash = JsonFields.read(EmbeddedModel.DIRECTORY.resolve(SceneConfiguration.FILE))
                .child("sha256")
                .text(WeightReader.FILE);
        assertEquals(hash, fixture.get("model").stringValue());
    }

    @Test
    void everySplitAndKindReachesItsFloor() {
        for (Map.Entry<String, JsonNode> split : fixture.get("floors").properties()) {
            for (Map.Entry<String, JsonNode> floor : split.getValue().properties()) {
                String key = split.getKey() + " " + floor.getKey();
                Tally tally = tallies.getOrDefault(key, new Tally());
                double accuracy = tally.right / (double) tally.asked;
                assertTrue(
                        accuracy >= floor.getValue().doubleValue(),
                        key + ": " + tally.right + " of " + tally.asked + ", floor " + floor.getValue());
            }
        }
    }

    @Test
    void theAnswersAreTheExporters() {
        int asked = 0;
        int agreed = 0;
        for (Map.Entry<String, Tally> entry : tallies.entrySet()) {
            if (entry.getKey().endsWith(" " + ALL)) {
                asked += entry.getValue().asked;
                agreed += entry.getValue().agreed;
            }
        }
        assertTrue(asked > 0 && agreed >= AGREEMENT * asked, agreed + " of " + asked);
    }
}
