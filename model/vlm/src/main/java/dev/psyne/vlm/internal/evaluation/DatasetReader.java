package dev.psyne.vlm.internal.evaluation;

import dev.psyne.vlm.EvaluationException;
import dev.psyne.vlm.EvaluationProblem.Kind;
import dev.psyne.vlm.internal.checkpoint.Digests;
import dev.psyne.vlm.internal.evaluation.Dataset.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the files of questions and annotations once, from begin to end, for what a {@link Dataset} keeps of them. */
final class DatasetReader {
    /** Longest question or annotation in a file, in bytes. */
    static final int MAX_ENTRY_BYTES = 1 << 20;

    private static final int MAX_PICTURES = 1_000_000;
    private static final int MAX_TYPES = 10_000;

    /** Names of files are made of it. */
    private static final Pattern SPLIT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private final Path questionsFile;
    private final Optional<Path> annotationsFile;
    private final ProblemList problems;
    private final QuestionTable table = new QuestionTable();
    private final NameTable pictures = new NameTable("pictures", MAX_PICTURES);
    private final NameTable firstTypes = new NameTable("types", MAX_TYPES);
    private final NameTable secondTypes = new NameTable("types", MAX_TYPES);
    private final MajorityCount majority = new MajorityCount();
    private @Nullable Form form;
    private String questionsHash = "";
    private String annotationsHash = "";
    private String dataType = "mscoco";
    private String subtype = "";

    private DatasetReader(Path questionsFile, Optional<Path> annotationsFile, ProblemList problems) {
        this.questionsFile = questionsFile;
        this.annotationsFile = annotationsFile;
        this.problems = problems;
    }

    /** Goes through one file's entries. */
    private interface Body {
        void read(JsonCursor json);
    }

    /**
     * Reads the files.
     *
     * @param problems takes what is wrong with single entries
     */
    static Dataset read(Path questions, Optional<Path> annotations, ProblemList problems) {
        return new DatasetReader(questions, annotations, problems).read();
    }

    private Dataset read() {
        questionsHash = document(questionsFile, this::questions);
        if (form == null) {
            throw new EvaluationException(questionsFile, "has no question in an array 'questions'", null);
        }
        if (form == Form.VQA) {
            Path answers = annotationsFile.orElseThrow(() -> new IllegalArgumentException(questionsFile
                    + " has questions of VQA, whose answers lie in another file; name it as annotations"));
            annotationsHash = document(answers, this::annotations);
        } else if (annotationsFile.isPresent()) {
            throw new IllegalArgumentException(
                    questionsFile + " has questions of CLEVR with their answers; leave the annotations out");
        }
        reportUnanswered();
        return new Dataset(
                form,
                questionsFile,
                annotationsFile,
                questionsHash,
                annotationsHash,
                form == Form.VQA ? split() : "",
                table,
                pictures,
                firstTypes,
                secondTypes,
                majority);
    }

    /** The front of VQA's picture names: COCO_val2014 of "mscoco" and "val2014". */
    private String split() {
        if (!SPLIT.matcher(subtype).matches() || !SPLIT.matcher(dataType).matches()) {
            throw new EvaluationException(
                    questionsFile,
                    "data_type '" + dataType + "' and data_subtype '" + subtype
                            + "' do not make names of pictures; as published they are such as 'mscoco' and 'val2014'",
                    null);
        }
        return (dataType.equals("mscoco") ? "COCO" : dataType) + "_" + subtype;
    }

    private void reportUnanswered() {
        for (int row = 0; row < table.size(); row++) {
            if (!table.hasAnswers(row)) {
                problems.add(Kind.QUESTION_WITHOUT_ANSWERS, Long.toString(table.id(row)));
            }
        }
    }

    /** Reads a file whose value is an object; its SHA-256. */
    private static String document(Path file, Body body) {
        MessageDigest digest = Digests.sha256();
        try (DigestInputStream stream = new DigestInputStream(Files.newInputStream(file), digest);
                JsonCursor json = JsonCursor.over(file, stream)) {
            json.begin();
            json.enterObject("the questions or annotations");
            body.read(json);
            json.end();
        } catch (IOException e) {
            throw new EvaluationException(file, "cannot be read: " + e, e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private void questions(JsonCursor json) {
        for (String key = json.nextKey(); key != null; key = json.nextKey()) {
            switch (key) {
                case "data_type" -> dataType = json.text(key);
                case "data_subtype" -> subtype = json.text(key);
                case "questions" -> {
                    json.enterArray(key);
                    while (json.nextElement()) {
                        question(json);
                    }
                }
                default -> json.skip();
            }
        }
    }

    private void question(JsonCursor json) {
        long at = json.tokenOffset();
        QuestionEntry entry = QuestionEntry.read(json);
        int bytes = entryBytes(questionsFile, json, at);
        Form own = entry.clevr() ? Form.CLEVR : Form.VQA;
        if (form == null) {
            form = own;
        } else if (form != own) {
            throw new EvaluationException(
                    questionsFile, at, "found a question of " + own + ", expected one of " + form, null);
        }
        int row = table.add(questionsFile, entry.id(), pictures.number(questionsFile, entry.picture()), at, bytes);
        if (row == QuestionTable.NONE) {
            problems.add(Kind.DUPLICATE_QUESTION, Long.toString(entry.id()));
        } else if (entry.answer().isPresent()) {
            answered(
                    questionsFile,
                    row,
                    at,
                    bytes,
                    entry.function(),
                    entry.family(),
                    entry.answer().get());
        }
    }

    private void annotations(JsonCursor json) {
        for (String key = json.nextKey(); key != null; key = json.nextKey()) {
            if (key.equals("annotations")) {
                json.enterArray(key);
                while (json.nextElement()) {
                    annotation(json);
                }
            } else {
                json.skip();
            }
        }
    }

    private void annotation(JsonCursor json) {
        Path file = annotationsFile.orElseThrow();
        long at = json.tokenOffset();
        AnnotationEntry entry = AnnotationEntry.read(json);
        int bytes = entryBytes(file, json, at);
        String id = Long.toString(entry.id());
        int row = table.row(entry.id());
        if (row == QuestionTable.NONE) {
            problems.add(Kind.ANNOTATION_WITHOUT_QUESTION, id);
            return;
        }
        if (table.hasAnswers(row)) {
            problems.add(Kind.DUPLICATE_ANNOTATION, id);
            return;
        }
        if (entry.answers().size() != AnnotationEntry.USUAL_ANSWERS) {
            problems.add(Kind.NOT_TEN_ANSWERS, id);
        }
        if (!entry.answers().isEmpty()) {
            answered(file, row, at, bytes, entry.answerType(), entry.questionType(), entry.commonest());
        }
    }

    private void answered(Path file, int row, long at, int bytes, String first, String second, String commonest) {
        table.answer(row, at, bytes, firstTypes.number(file, first), secondTypes.number(file, second));
        Form known = Objects.requireNonNull(form);
        int type = known.majorityType(table.firstType(row), table.secondType(row));
        if (!majority.add(type, commonest)) {
            problems.add(Kind.UNCOUNTED_ANSWER, commonest);
        }
    }

    /** The bytes of the entry at whose last one the cursor stands. */
    private static int entryBytes(Path file, JsonCursor json, long at) {
        long bytes = json.tokenOffset() + 1 - at;
        if (bytes > MAX_ENTRY_BYTES) {
            throw new EvaluationException(
                    file, at, "found an entry of " + bytes + " bytes, expected at most " + MAX_ENTRY_BYTES, null);
        }
        return (int) bytes;
    }
}
