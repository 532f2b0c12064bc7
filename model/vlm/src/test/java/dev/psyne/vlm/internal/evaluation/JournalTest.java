package dev.psyne.vlm.internal.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.EvaluationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final Map<String, String> OF = Map.of("model", "one", "seed", "1");
    private static final JournalLine FIRST = new JournalLine(7, "a \"b\"\nc é 🙂", .25, true, Optional.empty());
    private static final JournalLine SECOND = new JournalLine(-8, "", 0, false, Optional.of("COCO_x_000000000001"));

    private final List<JournalLine> known = new ArrayList<>();

    @TempDir
    private Path folder;

    private Journal open(boolean resume) {
        known.clear();
        return Journal.open(folder.resolve("out.json"), OF, resume, known::add);
    }

    private Path file() {
        return Journal.beside(folder.resolve("out.json"));
    }

    private void write() {
        try (Journal journal = open(false)) {
            journal.append(FIRST);
            journal.append(SECOND);
        }
    }

    @Test
    void whatWasWrittenIsThereAgain() {
        write();
        open(true).close();
        assertEquals(List.of(FIRST, SECOND), known);
    }

    @Test
    void aLineCutOffAnywhereIsDroppedAndWrittenAgain() throws IOException {
        write();
        byte[] whole = Files.readAllBytes(file());
        int lastLine =
                new String(whole, java.nio.charset.StandardCharsets.ISO_8859_1).lastIndexOf('\n', whole.length - 2) + 1;
        for (int length = lastLine; length < whole.length; length++) {
            Files.write(file(), java.util.Arrays.copyOf(whole, length));
            try (Journal journal = open(true)) {
                assertEquals(List.of(FIRST), known);
                journal.append(SECOND);
            }
            assertEquals(-1, Files.mismatch(file(), Files.write(folder.resolve("whole"), whole)));
        }
    }

    @Test
    void aJournalWithoutItsFirstLineBeginsAnew() throws IOException {
        Files.writeString(file(), "{\"format\":\"psy");
        open(true).close();
        assertTrue(Files.readString(file()).startsWith("{\"format\":\"psyne-evaluation\",\"version\":1,"));
    }

    @Test
    void whatDiffersIsSaid() {
        write();
        Path results = folder.resolve("out.json");
        Map<String, String> other = Map.of("model", "another", "seed", "1", "limit", "5");
        String message = message(() -> Journal.open(results, other, true, known::add));
        assertTrue(message.contains("model was one and is another"), message);
        assertTrue(message.contains("limit was nothing and is 5"), message);
        assertTrue(!message.contains("seed"), message);
    }

    @Test
    void nothingIsOverwrittenUnasked() throws IOException {
        write();
        assertTrue(message(() -> open(false)).contains("resume it"));
        Files.delete(file());
        Files.writeString(folder.resolve("out.json"), "[]");
        assertTrue(message(() -> open(false)).contains("is there already"));
    }

    @Test
    void twoDoNotWriteOneJournal() {
        write();
        try (Journal journal = open(true)) {
            assertTrue(message(() -> open(true)).contains("another evaluation writes it"));
            journal.append(FIRST);
        }
    }

    @Test
    void aBrokenLineIsNamedByItsByte() throws IOException {
        write();
        long at = Files.size(file());
        Files.writeString(file(), Files.readString(file()) + "{\"question_id\": 1, oops}\n");
        String message = message(() -> open(true));
        assertTrue(message.contains("out.json.journal: byte " + (at + 19)), message);
    }

    @Test
    void anotherVersionIsRefused() throws IOException {
        Files.writeString(file(), "{\"format\":\"psyne-evaluation\",\"version\":2,\"of\":{}}\n");
        assertTrue(message(() -> open(true)).contains("expected version 1"));
    }

    private static String message(org.junit.jupiter.api.function.Executable action) {
        return String.valueOf(assertThrows(EvaluationException.class, action).getMessage());
    }
}
