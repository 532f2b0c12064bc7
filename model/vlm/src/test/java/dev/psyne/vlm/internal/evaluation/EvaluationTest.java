package dev.psyne.vlm.internal.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Picture;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.Evaluation;
import dev.psyne.vlm.EvaluationException;
import dev.psyne.vlm.EvaluationOptions;
import dev.psyne.vlm.EvaluationOptions.MissingPicture;
import dev.psyne.vlm.EvaluationProblem;
import dev.psyne.vlm.EvaluationProblem.Kind;
import dev.psyne.vlm.EvaluationReport;
import dev.psyne.vlm.EvaluationScore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Six pictures, three questions each, their annotations the other way around. */
class EvaluationTest {
    private static final int QUESTIONS = 18;

    private final Scheduler scheduler = Scheduler.create(2);
    private Path images = Path.of("");
    private VqaFiles files = new VqaFiles(Path.of(""));

    @TempDir
    private Path folder;

    @BeforeEach
    void write() {
        images = VqaFiles.pictures(folder.resolve("images"), "COCO_scenes_%012d.png", 1);
        files = new VqaFiles(folder);
        for (int n = 0; n < 3; n++) {
            for (int picture = 1; picture <= 6; picture++) {
                files.agreed(
                        10 * picture + n, picture, "question " + n + " of " + picture + "?", n == 0 ? "yes" : "a" + n);
            }
        }
    }

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private EvaluationOptions options() {
        return EvaluationOptions.of(files.questionsFile(), Optional.of(files.annotationsFile()), images)
                .withPicturesAtOnce(1);
    }

    private EvaluationReport run(EvaluationOptions options, ScriptedModel model) throws InterruptedException {
        return Evaluation.open(options).run(model, scheduler, new Cancellation(), _ -> {});
    }

    private static ScriptedModel yes() {
        return new ScriptedModel("yes", (_, _) -> "yes");
    }

    private static Map<Long, String> results(Path file) throws IOException {
        Map<Long, String> results = new TreeMap<>();
        new JsonMapper().readTree(Files.readString(file)).forEach(one -> {
            assertEquals(List.of("question_id", "answer"), List.copyOf(one.propertyNames()));
            results.put(one.path("question_id").longValue(), one.path("answer").stringValue());
        });
        return results;
    }

    @Test
    void theScoreStandsBesideItsBaselines() throws InterruptedException {
        EvaluationReport report = run(options(), yes());
        assertTrue(report.complete());
        EvaluationScore overall = report.overall();
        assertEquals(QUESTIONS, overall.questions());
        assertEquals(100 / 3.0, overall.score(), 1e-9);
        assertEquals(100 / 3.0, overall.constant(), 1e-9, "always 'a1', the first of three as common");
        assertEquals("a1", report.commonest());
        assertTrue(overall.blind().isEmpty());
        assertEquals(
                List.of("answer type", "question type"),
                report.groups().stream().map(EvaluationReport.Group::name).toList());
    }

    @Test
    void aPictureIsDecodedOnceForAllItsQuestions() throws InterruptedException {
        ScriptedModel model = yes();
        run(options(), model);
        assertEquals(6, model.pictures());
        ScriptedModel shuffled = yes();
        run(options().withShuffleImages(true), shuffled);
        assertEquals(6, shuffled.pictures(), "the questions of others come with it");
        assertEquals(2 * QUESTIONS, shuffled.questions().size());
    }

    @Test
    void severalPicturesAtOnceScoreTheSame() throws InterruptedException {
        EvaluationOptions shuffled = options().withShuffleImages(true);
        ScriptedModel model = new ScriptedModel("n", (_, question) -> question.contains("1 of") ? "a1" : "no");
        assertEquals(
                run(shuffled, model).overall(),
                run(shuffled.withPicturesAtOnce(4), model).overall());
    }

    @Test
    void theBlindSeeAnotherPicture() throws InterruptedException {
        List<Picture> seen = new ArrayList<>();
        ScriptedModel model = new ScriptedModel("sees", (picture, question) -> {
            if (question.startsWith("question 0 of 3")) {
                seen.add(picture);
            }
            return "yes";
        });
        EvaluationReport report = run(options().withShuffleImages(true), model);
        assertEquals(2, seen.size());
        assertFalse(seen.get(0) == seen.get(1));
        assertEquals(QUESTIONS, report.overall().blindQuestions());
        assertEquals(100 / 3.0, report.overall().blind().getAsDouble(), 1e-9);
    }

    @Test
    void aLimitDrawsTheSameQuestionsEachTime() throws InterruptedException {
        List<List<String>> asked = new ArrayList<>();
        for (long seed : new long[] {1, 1, 2}) {
            ScriptedModel model = yes();
            EvaluationReport report = run(options().withSample(OptionalLong.of(5), seed), model);
            assertEquals(5, report.overall().questions());
            assertEquals(QUESTIONS, report.inFile());
            asked.add(model.questions());
        }
        assertEquals(asked.get(0), asked.get(1));
        assertFalse(asked.get(0).equals(asked.get(2)));
    }

    @Test
    void whatWasStoppedGoesOnWhereItWas() throws Exception {
        Path out = folder.resolve("out.json");
        EvaluationOptions options = options().withShuffleImages(true);
        EvaluationReport whole = run(options, yes());
        Cancellation cancellation = new Cancellation();
        AtomicInteger count = new AtomicInteger();
        ScriptedModel stopped = new ScriptedModel("yes", (_, _) -> {
            if (count.incrementAndGet() == 11) {
                cancellation.cancel();
            }
            return "yes";
        });
        EvaluationReport part = Evaluation.open(options.withResults(Optional.of(out), false))
                .run(stopped, scheduler, cancellation, _ -> {});
        assertFalse(part.complete());
        assertEquals(10, part.asked());
        assertEquals(part.overall().questions(), results(out).size());

        ScriptedModel rest = yes();
        EvaluationReport report = run(options.withResults(Optional.of(out), true), rest);
        assertTrue(report.complete());
        assertEquals(10, report.resumed());
        assertEquals(2 * QUESTIONS - 10, rest.questions().size());
        assertEquals(whole.overall(), report.overall());
        assertEquals(QUESTIONS, results(out).size());

        ScriptedModel nothing = yes();
        run(options.withResults(Optional.of(out), true), nothing);
        assertEquals(List.of(), nothing.questions());
    }

    @Test
    void anotherModelDoesNotGoOn() throws Exception {
        Path out = folder.resolve("out.json");
        run(options().withResults(Optional.of(out), false), yes());
        ScriptedModel other = new ScriptedModel("no", (_, _) -> "no");
        EvaluationException failure = assertThrows(
                EvaluationException.class, () -> run(options().withResults(Optional.of(out), true), other));
        assertTrue(String.valueOf(failure.getMessage()).contains("model was yes and is no"), failure.getMessage());
        files.agreed(99, 1, "one more?", "yes");
        EvaluationException changed = assertThrows(
                EvaluationException.class, () -> run(options().withResults(Optional.of(out), true), yes()));
        assertTrue(String.valueOf(changed.getMessage()).contains("questions was"), changed.getMessage());
        assertEquals(QUESTIONS, results(out).size(), "what was there is kept");
    }

    @Test
    void aBlindScoreIsAddedToWhatIsThere() throws Exception {
        Path out = folder.resolve("out.json");
        run(options().withResults(Optional.of(out), false), yes());
        ScriptedModel blind = yes();
        EvaluationReport report = run(options().withShuffleImages(true).withResults(Optional.of(out), true), blind);
        assertEquals(QUESTIONS, blind.questions().size());
        assertEquals(QUESTIONS, report.overall().blindQuestions());
    }

    @Test
    void aMissingPictureFailsOrIsLeftOut() throws Exception {
        Files.delete(images.resolve("COCO_scenes_000000000002.png"));
        EvaluationOptions options = options();
        EvaluationException failure = assertThrows(EvaluationException.class, () -> Evaluation.open(options));
        assertTrue(String.valueOf(failure.getMessage()).contains("COCO_scenes_000000000002.jpg"), failure.getMessage());
        EvaluationReport report = run(options.withMissing(MissingPicture.SKIP), yes());
        assertEquals(
                List.of(new EvaluationProblem(Kind.MISSING_PICTURE, 1, List.of("COCO_scenes_000000000002.jpg"))),
                report.problems());
        assertEquals(QUESTIONS - 3, report.overall().questions());
        assertEquals(QUESTIONS, report.wanted());
        EvaluationOptions nowhere = EvaluationOptions.of(
                        options.questions(), options.annotations(), folder.resolve("nowhere"))
                .withMissing(MissingPicture.SKIP);
        assertThrows(EvaluationException.class, () -> Evaluation.open(nowhere), "nothing could be asked");
    }

    @Test
    void aPictureThatDoesNotDecodeFailsOrIsLeftOut() throws Exception {
        Files.writeString(images.resolve("COCO_scenes_000000000004.png"), "no picture");
        EvaluationException failure = assertThrows(EvaluationException.class, () -> run(options(), yes()));
        assertTrue(
                String.valueOf(failure.getMessage()).contains("000000000004.png: cannot be decoded"),
                failure.getMessage());
        EvaluationReport report = run(options().withMissing(MissingPicture.SKIP), yes());
        assertEquals(Kind.BROKEN_PICTURE, report.problems().getFirst().kind());
        assertEquals(QUESTIONS - 3, report.overall().questions());
        assertTrue(report.complete());
    }

    @Test
    void aRefusedQuestionIsAnsweredWrong() throws InterruptedException {
        files.agreed(70, 1, ScriptedModel.REFUSED, "yes");
        EvaluationReport report = run(options(), yes());
        assertEquals(QUESTIONS + 1, report.overall().questions());
        assertEquals(100.0 * 6 / 19, report.overall().score(), 1e-9);
        assertEquals(
                new EvaluationProblem(Kind.REFUSED_QUESTION, 1, List.of("70")),
                report.problems().getFirst());
    }

    @Test
    void whatAModelThrowsEndsItWithTheAnswersKept() throws Exception {
        Path out = folder.resolve("out.json");
        AtomicInteger count = new AtomicInteger();
        ScriptedModel failing = new ScriptedModel("yes", (_, _) -> {
            if (count.incrementAndGet() == 8) {
                throw new IllegalStateException("broken");
            }
            return "yes";
        });
        assertThrows(IllegalStateException.class, () -> run(options().withResults(Optional.of(out), false), failing));
        assertEquals(7, results(out).size());
        assertEquals(
                7, run(options().withResults(Optional.of(out), true), yes()).resumed());
    }

    @Test
    void onePictureCannotBeShuffled() {
        VqaFiles one = new VqaFiles(folder).agreed(1, 1, "a?", "yes");
        EvaluationOptions options = EvaluationOptions.of(
                        one.questionsFile(), Optional.of(one.annotationsFile()), images)
                .withShuffleImages(true);
        assertThrows(IllegalArgumentException.class, () -> Evaluation.open(options));
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        EvaluationOptions options = options();
        assertThrows(IllegalArgumentException.class, () -> options.withSample(OptionalLong.of(0), 1));
        assertThrows(IllegalArgumentException.class, () -> options.withPicturesAtOnce(0));
        assertThrows(IllegalArgumentException.class, () -> options.withResults(Optional.empty(), true));
    }

    @Test
    void theReportShowsPicturesAndEscapesEveryText() throws Exception {
        files.agreed(80, 2, "<script>alert('q')</script>?", "yes")
                .question(81, 3, "b?")
                .annotation(81, "<i>type", "a&b", "<img src=x>", "no");
        Path page = folder.resolve("report.html");
        ScriptedModel model =
                new ScriptedModel("<b>m", (_, question) -> question.startsWith("b") ? "\u202e<u>" : "yes");
        run(options().withShuffleImages(true).withReport(Optional.of(page)), model);
        String html = Files.readString(page);
        for (String mark : List.of("<script", "<i>type", "<img src=x>", "<b>m", "<u>", "a&b", "\u202e")) {
            assertFalse(html.contains(mark), mark);
        }
        assertTrue(html.contains("&lt;script&gt;alert(&#39;q&#39;)&lt;/script&gt;?"));
        assertTrue(html.contains("<img src=\"data:image/jpeg;base64,/9j/"));
        assertFalse(html.replace("data:image/jpeg", "").contains("http://"), "nothing from elsewhere");
        assertTrue(html.contains("confidence 50.00 %"));
        assertTrue(html.contains("width=device-width"));
        assertTrue(html.split("<img ", -1).length - 1 <= 2 * SampleChoice.MAX_SAMPLES);
        assertTrue(Files.size(page) < 2_000_000, "bounded");
    }
}
