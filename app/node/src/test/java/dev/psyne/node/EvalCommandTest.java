package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.EvaluationProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The embedded model on the scenes of the page, which lie in the repository in the forms of VQA v2 and CLEVR. */
class EvalCommandTest {
    private static final Path SETS = Path.of(
            "..",
            "..",
            "model",
            "vlm",
            "src",
            "test",
            "resources",
            "dev",
            "psyne",
            "vlm",
            "internal",
            "evaluation",
            "scenes");
    /** In the order of the sets' numbers. */
    private static final List<String> PICTURES =
            List.of("on-the-table", "at-sea", "a-winters-day", "in-the-air", "in-the-wild", "on-the-meadow");

    private static final int QUESTIONS = 42;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int psyne(boolean interactive, List<String> arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Psyne.run(
                new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), interactive, false),
                arguments.toArray(String[]::new));
    }

    private int vqa(String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "eval",
                "--questions",
                SETS.resolve("questions.json").toString(),
                "--annotations",
                SETS.resolve("annotations.json").toString(),
                "--images",
                pictures("COCO_scenes_%012d.png", 1).toString(),
                "--model",
                RunningNode.MODEL.toString()));
        arguments.addAll(List.of(more));
        return psyne(false, arguments);
    }

    private Path pictures(String pattern, int first) throws IOException {
        Path images = folder.resolve("images");
        Files.createDirectories(images);
        for (int i = 0; i < PICTURES.size(); i++) {
            Path target = images.resolve(pattern.formatted(first + i));
            if (!Files.exists(target)) {
                Files.copy(SETS.resolve(PICTURES.get(i) + ".png"), target);
            }
        }
        return images;
    }

    private JsonNode document() {
        assertEquals(1, out.toString().lines().count(), "one document");
        return new JsonMapper().readTree(out.toString());
    }

    @Test
    void theEmbeddedModelIsScoredBesideItsBaselines() throws IOException {
        Path results = folder.resolve("out.json");
        Path page = folder.resolve("out.html");
        assertEquals(
                ExitCode.DONE,
                vqa("--shuffle-images", "--results", results.toString(), "--report", page.toString(), "--json"),
                err::toString);
        JsonNode report = document();
        assertTrue(report.path("complete").asBoolean());
        assertEquals("scenes-2", report.path("model").path("name").asString());
        JsonNode overall = report.path("overall");
        assertEquals(QUESTIONS, overall.path("questions").asInt());
        assertEquals(QUESTIONS, overall.path("blindQuestions").asInt());
        assertTrue(overall.path("score").asDouble() >= 60, report::toString);
        assertTrue(overall.path("score").asDouble() > overall.path("majority").asDouble(), report::toString);
        assertTrue(overall.path("score").asDouble() > overall.path("blind").asDouble() + 20, report::toString);
        assertEquals(
                6,
                report.path("by")
                        .path("question type")
                        .path("how many")
                        .path("questions")
                        .asInt());
        assertEquals(
                16,
                report.path("by")
                        .path("answer type")
                        .path("yes/no")
                        .path("questions")
                        .asInt());
        assertEquals(0, report.path("problems").size(), report::toString);
        assertEquals(QUESTIONS, answers(results).size());
        assertTrue(Files.readString(page).contains("Wrong answers"));
    }

    @Test
    void aSecondRunGoesOnOnlyWhenAskedToAndWithTheSame() throws IOException {
        Path results = folder.resolve("out.json");
        assertEquals(ExitCode.DONE, vqa("--shuffle-images", "--results", results.toString(), "--json"), err::toString);
        JsonNode overall = document().path("overall");
        assertEquals(ExitCode.FAILED, vqa("--results", results.toString()));
        assertTrue(err.toString().contains("resume it"), err::toString);
        assertEquals(ExitCode.DONE, vqa("--shuffle-images", "--results", results.toString(), "--resume", "--json"));
        assertEquals(0, document().path("asked").asInt());
        assertEquals(overall, document().path("overall"));
        assertEquals(ExitCode.FAILED, vqa("--results", results.toString(), "--resume", "--seed", "2"));
        assertTrue(err.toString().contains("seed was 1 and is 2"), err::toString);
    }

    private static Map<Long, String> answers(Path results) throws IOException {
        Map<Long, String> answers = new HashMap<>();
        for (JsonNode one : new JsonMapper().readTree(Files.readString(results))) {
            answers.put(one.path("question_id").asLong(), one.path("answer").asString());
        }
        return answers;
    }

    @Test
    void aPersonReadsATable() throws IOException {
        assertEquals(ExitCode.DONE, vqa("--limit", "6", "--seed", "4"), err::toString);
        String table = out.toString();
        assertTrue(table.contains("6 questions answered of 6 wanted, of 42 in"), table);
        assertTrue(table.matches("(?s).*overall +6 +\\d+\\.\\d\\d +- +\\d+\\.\\d\\d +\\d+\\.\\d\\d.*"), table);
        assertEquals("", err.toString(), "nobody reads progress here");
    }

    @Test
    void clevrIsScoredByExactMatch() throws IOException {
        List<String> arguments = List.of(
                "eval",
                "--questions",
                SETS.resolve("CLEVR_scenes_questions.json").toString(),
                "--images",
                pictures("CLEVR_scenes_%06d.png", 0).toString(),
                "--model",
                RunningNode.MODEL.toString(),
                "--json");
        assertEquals(ExitCode.DONE, psyne(true, arguments), err::toString);
        JsonNode report = document();
        assertEquals("exact match", report.path("metric").asString());
        JsonNode exist = report.path("by").path("last function").path("exist");
        assertEquals(6, exist.path("questions").asInt());
        assertEquals("yes", exist.path("commonest").asString());
        assertTrue(report.path("by").path("question family").has("12"));
        assertTrue(err.toString().contains("18 of 18 questions"), err::toString);
    }

    @Test
    void whatIsWrongIsOneSentence() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.json"), "{\"questions\": [}");
        List<String> arguments = new ArrayList<>(List.of(
                "eval", "--questions", broken.toString(), "--images", folder.toString(), "--model", "scenes-2"));
        assertEquals(ExitCode.FAILED, psyne(false, arguments));
        assertEquals(1, err.toString().lines().count(), err::toString);
        assertTrue(err.toString().contains("broken.json: byte 1"), err::toString);
        arguments.set(2, SETS.resolve("questions.json").toString());
        assertEquals(ExitCode.USAGE, psyne(false, arguments), "annotations are missing");
        arguments.addAll(
                List.of("--annotations", SETS.resolve("annotations.json").toString()));
        assertEquals(ExitCode.FAILED, psyne(false, arguments));
        assertTrue(err.toString().contains("6 pictures are missing, such as COCO_scenes_"), err::toString);
        arguments.addAll(List.of("--resume"));
        assertEquals(ExitCode.USAGE, psyne(false, arguments), "nothing to resume");
        arguments.set(arguments.size() - 1, "--missing=perhaps");
        assertEquals(ExitCode.USAGE, psyne(false, arguments));
        assertTrue(err.toString().contains("'perhaps' is neither skip nor fail"), err::toString);
    }

    @Test
    void progressSaysHowLongItTakes() {
        assertEquals(
                "psyne: 1,000 of 4,000 questions, score 61.25 %, 10.0 a second, 0:05:00 to go",
                EvalProgress.line(new EvaluationProgress(1000, 4000, 61.25), 50, 500));
        assertFalse(EvalProgress.line(new EvaluationProgress(1, 4, 0), 0, 0).contains("to go"));
    }
}
