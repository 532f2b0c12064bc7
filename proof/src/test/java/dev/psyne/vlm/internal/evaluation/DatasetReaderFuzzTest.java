package dev.psyne.vlm.internal.evaluation;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.psyne.vlm.EvaluationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Any questions and annotations, one behind the other, are refused by name or can be read where the index says. */
class DatasetReaderFuzzTest {
    private static final String GOOD_QUESTIONS =
            "{\"data_subtype\":\"x\",\"questions\":[{\"question_id\":1,\"image_id\":2,\"question\":\"?\"}]}";

    private static Path folder;

    @BeforeAll
    static void begin() throws IOException {
        folder = Files.createTempDirectory("psyne-fuzz-");
    }

    @AfterAll
    static void delete() throws IOException {
        Files.deleteIfExists(folder.resolve("questions.json"));
        Files.deleteIfExists(folder.resolve("annotations.json"));
        Files.delete(folder);
    }

    @FuzzTest(maxDuration = "60s")
    void anyFilesAreRefusedOrReadAgain(byte[] input) throws IOException {
        String[] parts = new String(input, StandardCharsets.ISO_8859_1).split("\0", 2);
        Path questions = write("questions.json", parts[0].isEmpty() ? GOOD_QUESTIONS : parts[0]);
        Optional<Path> annotations =
                parts.length == 2 ? Optional.of(write("annotations.json", parts[1])) : Optional.empty();
        try {
            Dataset dataset = DatasetReader.read(questions, annotations, new ProblemList());
            try (EntryReader reader = EntryReader.open(dataset)) {
                for (int row = 0; row < dataset.table().size(); row++) {
                    String name = dataset.pictureName(dataset.table().picture(row));
                    assertFalse(name.contains("/") || name.startsWith("."), name);
                    reader.question(row);
                    if (dataset.table().hasAnswers(row)) {
                        long units = dataset.form().metric().units(reader.answers(row), "yes");
                        assertTrue(units >= 0 && units <= Metric.UNITS);
                    }
                }
            }
        } catch (EvaluationException | IllegalArgumentException e) {
            assertTrue(String.valueOf(e.getMessage()).startsWith(folder.toString()), e.getMessage());
        }
    }

    private static Path write(String name, String bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes.getBytes(StandardCharsets.ISO_8859_1));
    }
}
