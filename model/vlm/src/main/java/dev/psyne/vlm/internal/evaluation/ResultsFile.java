package dev.psyne.vlm.internal.evaluation;

import dev.psyne.vlm.EvaluationException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.BitSet;
import tools.jackson.databind.json.JsonMapper;

/** The answers in the form of the official evaluation: an array of objects of question_id and answer. */
final class ResultsFile {
    private ResultsFile() {}

    /** Writes the answers of the journal beside it that are about a question's own picture; replaces what was there. */
    static void write(Path results, QuestionTable table) {
        Path part = results.resolveSibling(results.getFileName() + ".part");
        try {
            try (BufferedWriter out = Files.newBufferedWriter(part)) {
                write(results, table, out);
            }
            Files.move(part, results, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | UncheckedIOException e) {
            throw new EvaluationException(results, "cannot be written: " + e.getMessage(), e);
        }
    }

    private static void write(Path results, QuestionTable table, BufferedWriter out) throws IOException {
        JsonMapper json = new JsonMapper();
        BitSet written = new BitSet(table.size());
        out.write("[");
        Journal.read(Journal.beside(results), line -> {
            int row = table.row(line.id());
            if (row == QuestionTable.NONE || line.blindPicture().isPresent() || written.get(row)) {
                return;
            }
            try {
                out.write(written.isEmpty() ? "\n" : ",\n");
                out.write(json.createObjectNode()
                        .put("question_id", line.id())
                        .put("answer", line.answer())
                        .toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            written.set(row);
        });
        out.write("\n]\n");
    }
}
