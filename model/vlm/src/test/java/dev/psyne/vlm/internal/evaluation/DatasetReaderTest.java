package dev.psyne.vlm.internal.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.EvaluationException;
import dev.psyne.vlm.EvaluationProblem.Kind;
import dev.psyne.vlm.internal.evaluation.Dataset.Form;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetReaderTest {
    private static final String[] TEN = Collections.nCopies(10, "yes").toArray(String[]::new);

    private final ProblemList problems = new ProblemList();
    private VqaFiles files = new VqaFiles(Path.of(""));

    @TempDir
    private Path folder;

    @BeforeEach
    void begin() {
        files = new VqaFiles(folder);
    }

    private static Dataset scenes(ProblemList problems) {
        return DatasetReader.read(
                VqaFiles.resource("scenes/questions.json"),
                Optional.of(VqaFiles.resource("scenes/annotations.json")),
                problems);
    }

    @Test
    void questionsAndAnnotationsAreJoinedWhateverTheirOrder() {
        Dataset dataset = scenes(problems);
        assertEquals(List.of(), problems.list());
        assertEquals(42, dataset.table().size());
        assertEquals("COCO_scenes_000000000001", dataset.pictureName(0));
        try (EntryReader reader = EntryReader.open(dataset)) {
            int row = dataset.table().row(1001);
            assertEquals("Where is the watermelon?", reader.question(row).text());
            assertTrue(reader.answers(row).contains("on the left"), reader.answers(row)::toString);
            assertEquals("where is", dataset.secondTypes().name(dataset.table().secondType(row)));
            assertEquals("other", dataset.firstTypes().name(dataset.table().firstType(row)));
        }
    }

    @Test
    void thousandsOfQuestionsInOppositeOrdersAreFoundAgain() {
        List<Integer> ids = new java.util.ArrayList<>(
                IntStream.range(0, 5000).mapToObj(i -> i * 7919 % 5003).toList());
        ids.forEach(id -> files.question(id, id % 100, "is " + id + " é?"));
        Collections.shuffle(ids, new Random(3));
        ids.forEach(id -> files.annotation(id, "is", "number", "a" + id));
        Dataset dataset = files.read(problems);
        try (EntryReader reader = EntryReader.open(dataset)) {
            for (int id : ids.subList(0, 300)) {
                int row = dataset.table().row(id);
                assertEquals("is " + id + " é?", reader.question(row).text());
                assertEquals(List.of("a" + id), reader.answers(row));
            }
        }
    }

    @Test
    void clevrHasItsAnswersBesideTheQuestions() {
        Dataset dataset =
                DatasetReader.read(VqaFiles.resource("scenes/CLEVR_scenes_questions.json"), Optional.empty(), problems);
        assertEquals(Form.CLEVR, dataset.form());
        assertEquals("CLEVR_scenes_000000.png", dataset.pictureName(0));
        int row = dataset.table().row(1);
        assertEquals("count", dataset.firstTypes().name(dataset.table().firstType(row)));
        assertEquals("12", dataset.secondTypes().name(dataset.table().secondType(row)));
        try (EntryReader reader = EntryReader.open(dataset)) {
            assertEquals(List.of("2"), reader.answers(row));
        }
    }

    @Test
    void whatIsWrongWithSingleEntriesIsCountedAndNamed() {
        Dataset dataset = files.question(1, 1, "a?")
                .question(2, 1, "b?")
                .question(1, 9, "again?")
                .question(3, 1, "nobody answers?")
                .question(4, 1, "no answer?")
                .annotation(1, "a", "yes/no", TEN)
                .annotation(1, "other", "yes/no", TEN)
                .annotation(2, "a", "yes/no", "yes", "no")
                .annotation(4, "a", "yes/no")
                .annotation(77, "a", "yes/no", TEN)
                .read(problems);
        assertEquals(List.of("1"), problems.examples(Kind.DUPLICATE_QUESTION));
        assertEquals(List.of("1"), problems.examples(Kind.DUPLICATE_ANNOTATION));
        assertEquals(List.of("3", "4"), problems.examples(Kind.QUESTION_WITHOUT_ANSWERS));
        assertEquals(List.of("2", "4"), problems.examples(Kind.NOT_TEN_ANSWERS));
        assertEquals(List.of("77"), problems.examples(Kind.ANNOTATION_WITHOUT_QUESTION));
        assertFalse(dataset.table().hasAnswers(dataset.table().row(3)));
        assertEquals("yes", dataset.majority().ofAll());
    }

    @Test
    void brokenJsonIsNamedByFileAndByte() throws IOException {
        String json =
                "{\"data_subtype\": \"x\", \"questions\": [{\"question_id\": 1, \"image_id\": 2, 'question': 3}]}";
        String message = refused(json);
        assertTrue(message.contains("questions.json: byte " + json.indexOf('\'')), message);
        assertTrue(message.contains("expecting double-quote"), message);
    }

    @Test
    void aValueOfTheWrongKindIsNamedByFileAndByte() throws IOException {
        String json = "{\"questions\": [{\"question_id\": \"é\", \"image_id\": 2, \"question\": \"?\"}]}";
        assertTrue(
                refused(json).endsWith("questions.json: byte 31: found 'é', expected question_id, a whole number"),
                refused(json));
        String late = "{\"é\": 0, \"questions\": [{\"question_id\": 1, \"image_id\": 2, \"question\": []}]}";
        int at = late.substring(0, late.indexOf("[]")).getBytes(StandardCharsets.UTF_8).length;
        assertTrue(refused(late).contains("byte " + at + ": found an array, expected question, a text"), refused(late));
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        assertTrue(refused("{\"questions\": [{\"question_id\": 5}]}").contains("question 5 with image_id"));
        assertTrue(refused("{\"questions\": [{\"image_id\": 5}]}").contains("question_id or question_index"));
        assertTrue(refused("{\"questions\": []}").contains("no question"));
        assertTrue(refused("[]").contains("found an array"));
        assertTrue(refused("").contains("found the end of the file"));
        assertTrue(refused("{\"questions\": [").contains("byte 15"));
        assertTrue(refused("{\"questions\": []} true").contains("the end of the file"));
    }

    @Test
    void namesOfPicturesDoNotLeaveTheirDirectory() throws IOException {
        String clevr =
                "{\"questions\": [{\"question_index\": 1, \"image_filename\": \"../x.png\", \"question\": \"?\"}]}";
        assertTrue(refused(clevr).contains("image_filename without a path"));
        files.agreed(1, 1, "a?", "yes").annotationsFile();
        String vqa =
                "{\"data_subtype\": \"../x\", \"questions\": [{\"question_id\": 1, \"image_id\": 1, \"question\": \"?\"}]}";
        assertTrue(refused(vqa).contains("data_subtype '../x'"), refused(vqa));
    }

    @Test
    void anotherEncodingIsRefused() throws IOException {
        byte[] wide = "{\"questions\": []}".getBytes(StandardCharsets.UTF_16);
        assertTrue(refused(wide).contains("UTF-8"), refused(wide));
    }

    @Test
    void aByteOrderMarkIsPassedOver() throws IOException {
        Path questions = files.agreed(1, 1, "a?", "yes").questionsFile();
        Files.writeString(questions, "\ufeff" + Files.readString(questions));
        Dataset dataset = DatasetReader.read(questions, Optional.of(files.annotationsFile()), problems);
        try (EntryReader reader = EntryReader.open(dataset)) {
            assertEquals("a?", reader.question(0).text());
        }
    }

    @Test
    void bothFormsInOneFileAreRefused() throws IOException {
        String mixed = "{\"questions\": [{\"question_id\": 1, \"image_id\": 1, \"question\": \"?\"},"
                + " {\"question_index\": 2, \"image_filename\": \"a.png\", \"question\": \"?\"}]}";
        assertTrue(refused(mixed).contains("found a question of CLEVR, expected one of VQA"));
    }

    @Test
    void annotationsBelongToVqaAlone() {
        Path vqa = VqaFiles.resource("scenes/questions.json");
        assertThrows(IllegalArgumentException.class, () -> DatasetReader.read(vqa, Optional.empty(), problems));
        Path clevr = VqaFiles.resource("scenes/CLEVR_scenes_questions.json");
        assertThrows(IllegalArgumentException.class, () -> DatasetReader.read(clevr, Optional.of(vqa), problems));
    }

    @Test
    void aFileThatIsCutOffAnywhereIsRefusedWhereItEnds() throws IOException {
        byte[] whole = Files.readAllBytes(VqaFiles.resource("scenes/CLEVR_scenes_questions.json"));
        for (int length = 0; length < whole.length - 2; length += 7) {
            String message = refused(java.util.Arrays.copyOf(whole, length));
            assertTrue(message.contains("questions.json: byte "), message);
        }
    }

    @Test
    void anEntryIsNoLongerThanItsBound() throws IOException {
        String padding = ("\"" + "x".repeat(JsonCursor.MAX_TEXT_CHARACTERS - 1) + "\",").repeat(17);
        String json = "{\"questions\": [{\"x\": [" + padding
                + "0], \"question_id\": 1, \"image_id\": 1, \"question\": \"?\"}]}";
        assertTrue(refused(json).contains("expected at most " + DatasetReader.MAX_ENTRY_BYTES), "too long");
    }

    @Test
    void aFileChangedAfterItWasReadIsNoticed() {
        Dataset dataset =
                files.agreed(1, 1, "a?", "yes").agreed(2, 1, "b?", "yes").read(problems);
        files.write("questions.json", "{\"questions\": [" + " ".repeat(4000) + "]}");
        try (EntryReader reader = EntryReader.open(dataset)) {
            assertThrows(EvaluationException.class, () -> reader.question(1));
        }
    }

    private String refused(String questions) throws IOException {
        return refused(questions.getBytes(StandardCharsets.UTF_8));
    }

    private String refused(byte[] questions) throws IOException {
        Path file = Files.write(folder.resolve("questions.json"), questions);
        Path annotations = folder.resolve("annotations.json");
        Optional<Path> known = Files.exists(annotations) ? Optional.of(annotations) : Optional.empty();
        return String.valueOf(
                assertThrows(EvaluationException.class, () -> DatasetReader.read(file, known, new ProblemList()))
                        .getMessage());
    }
}
