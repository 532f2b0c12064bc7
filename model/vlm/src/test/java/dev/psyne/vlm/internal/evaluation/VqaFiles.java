package dev.psyne.vlm.internal.evaluation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes files in the form of VQA v2, and finds those of the repository. */
final class VqaFiles {
    /** The scenes asked about, in the order of their numbers. */
    static final List<String> SCENES =
            List.of("on-the-table", "at-sea", "a-winters-day", "in-the-air", "in-the-wild", "on-the-meadow");

    private final Path folder;
    private final List<String> questions = new ArrayList<>();
    private final List<String> annotations = new ArrayList<>();

    VqaFiles(Path folder) {
        this.folder = folder;
    }

    static Path resource(String name) {
        return Path.of("src", "test", "resources", "dev", "psyne", "vlm", "internal", "evaluation")
                .resolve(name);
    }

    /** The scenes under the names that VQA, or CLEVR, gives pictures. */
    static Path pictures(Path folder, String pattern, int first) {
        try {
            Files.createDirectories(folder);
            for (int i = 0; i < SCENES.size(); i++) {
                Files.copy(
                        resource("scenes").resolve(SCENES.get(i) + ".png"),
                        folder.resolve(pattern.formatted(first + i)));
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    VqaFiles question(long id, long picture, String text) {
        questions.add("{\"image_id\": %d, \"question\": \"%s\", \"question_id\": %d}".formatted(picture, text, id));
        return this;
    }

    VqaFiles annotation(long id, String questionType, String answerType, String... answers) {
        String list = java.util.Arrays.stream(answers)
                .map("{\"answer\": \"%s\", \"answer_confidence\": \"yes\", \"answer_id\": 1}"::formatted)
                .collect(Collectors.joining(", "));
        annotations.add(
                "{\"question_type\": \"%s\", \"answers\": [%s], \"image_id\": 0, \"answer_type\": \"%s\", \"question_id\": %d}"
                        .formatted(questionType, list, answerType, id));
        return this;
    }

    /** A question that all people answer the same. */
    VqaFiles agreed(long id, long picture, String text, String answer) {
        return question(id, picture, text)
                .annotation(id, "what", "other", Collections.nCopies(10, answer).toArray(String[]::new));
    }

    Path questionsFile() {
        return write(
                "questions.json",
                "{\"info\": {\"a\": [1, {}]}, \"data_type\": \"mscoco\", \"data_subtype\": \"scenes\", \"questions\": [\n"
                        + String.join(",\n", questions) + "]}");
    }

    Path annotationsFile() {
        return write("annotations.json", "{\"annotations\": [" + String.join(",", annotations) + "], \"info\": {}}");
    }

    Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Dataset read(ProblemList problems) {
        return DatasetReader.read(questionsFile(), Optional.of(annotationsFile()), problems);
    }

    static String fileName(Path file) {
        return Objects.requireNonNull(file.getFileName()).toString();
    }
}
