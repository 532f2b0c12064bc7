package dev.psyne.vlm.internal.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.psyne.vlm.EvaluationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A journal of any bytes is refused by name, or goes on: what is added is there behind what was. */
class JournalFuzzTest {
    private static final Map<String, String> OF = Map.of("model", "m");
    private static final String FIRST_LINE =
            "{\"format\":\"psyne-evaluation\",\"version\":1,\"of\":{\"model\":\"m\"}}\n";
    private static final JournalLine ADDED = new JournalLine(7, "yes", .5, true, Optional.empty());

    private static Path folder;

    @BeforeAll
    static void begin() throws IOException {
        folder = Files.createTempDirectory("psyne-fuzz-");
    }

    @AfterAll
    static void delete() throws IOException {
        Files.deleteIfExists(Journal.beside(folder.resolve("out.json")));
        Files.delete(folder);
    }

    @FuzzTest(maxDuration = "60s")
    void anyBytesAreRefusedOrGoneOnWith(byte[] input) throws IOException {
        Path results = folder.resolve("out.json");
        Path journal = Journal.beside(results);
        Files.writeString(journal, FIRST_LINE);
        Files.write(journal, input, java.nio.file.StandardOpenOption.APPEND);
        List<JournalLine> known = new ArrayList<>();
        try {
            try (Journal open = Journal.open(results, OF, true, known::add)) {
                open.append(ADDED);
            }
            List<JournalLine> again = new ArrayList<>();
            Journal.open(results, OF, true, again::add).close();
            known.add(ADDED);
            assertEquals(known, again);
        } catch (EvaluationException e) {
            assertTrue(String.valueOf(e.getMessage()).startsWith(journal.toString()), e.getMessage());
        }
    }
}
