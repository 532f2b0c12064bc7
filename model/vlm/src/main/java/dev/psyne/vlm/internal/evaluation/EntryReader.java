package dev.psyne.vlm.internal.evaluation;

import dev.psyne.vlm.EvaluationException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Reads single questions and their answers where the index says that they are. Safe for any thread. */
final class EntryReader implements AutoCloseable {
    private final Dataset dataset;
    private final FileChannel questions;
    private final FileChannel answers;

    private EntryReader(Dataset dataset, FileChannel questions, FileChannel answers) {
        this.dataset = dataset;
        this.questions = questions;
        this.answers = answers;
    }

    /** Opens the files of a dataset. */
    static EntryReader open(Dataset dataset) {
        FileChannel questions = channel(dataset.questionsFile());
        try {
            return new EntryReader(
                    dataset,
                    questions,
                    dataset.annotationsFile().map(EntryReader::channel).orElse(questions));
        } catch (EvaluationException e) {
            close(dataset.questionsFile(), questions);
            throw e;
        }
    }

    private static FileChannel channel(Path file) {
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new EvaluationException(file, "cannot be read: " + e, e);
        }
    }

    QuestionEntry question(int row) {
        QuestionTable table = dataset.table();
        Path file = dataset.questionsFile();
        long at = table.questionAt(row);
        QuestionEntry entry;
        try (JsonCursor json = cursor(file, questions, at, table.questionBytes(row))) {
            entry = QuestionEntry.read(json);
        }
        requireSame(file, at, entry.id() == table.id(row));
        return entry;
    }

    /** What people answered, at least one of them. */
    List<String> answers(int row) {
        if (dataset.form() == Dataset.Form.CLEVR) {
            return List.of(question(row).answer().orElseThrow());
        }
        QuestionTable table = dataset.table();
        Path file = dataset.annotationsFile().orElseThrow();
        long at = table.answersAt(row);
        AnnotationEntry entry;
        try (JsonCursor json = cursor(file, answers, at, table.answersBytes(row))) {
            entry = AnnotationEntry.read(json);
        }
        requireSame(file, at, entry.id() == table.id(row) && !entry.answers().isEmpty());
        return entry.answers();
    }

    private static JsonCursor cursor(Path file, FileChannel channel, long at, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        try {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, at + bytes.position()) < 0) {
                    throw new EOFException();
                }
            }
        } catch (IOException e) {
            throw new EvaluationException(file, at, length + " bytes cannot be read: " + e, e);
        }
        JsonCursor json = JsonCursor.over(file, bytes.array(), at);
        json.begin();
        return json;
    }

    private static void requireSame(Path file, long at, boolean same) {
        if (!same) {
            throw new EvaluationException(
                    file, at, "found another entry than before: the file was changed; begin again", null);
        }
    }

    @Override
    public void close() {
        close(dataset.questionsFile(), questions);
        dataset.annotationsFile().ifPresent(file -> close(file, answers));
    }

    private static void close(Path file, FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new EvaluationException(file, "cannot be closed: " + e, e);
        }
    }
}
