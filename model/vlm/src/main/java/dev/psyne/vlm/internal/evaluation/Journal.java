package dev.psyne.vlm.internal.evaluation;

import dev.psyne.vlm.EvaluationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answers of an evaluation, a line of JSON each, behind a line that says of what it is:
 *
 * <pre>
 * {"format":"psyne-evaluation","version":1,"of":{"model":"scenes-2", …}}
 * {"question_id":1,"answer":"yes","confidence":0.93,"sure":true}
 * {"question_id":1,"answer":"no","confidence":0.4,"sure":true,"blind_picture":"COCO_val2014_000000000009"}
 * </pre>
 *
 * <p>Lines are only added. A line is with the operating system when {@link #append} returns, so that the end of the process
 * loses none; a last line that was cut off is dropped when it is opened again. Not safe for several threads; a lock keeps
 * other processes out.
 */
final class Journal implements AutoCloseable {
    static final int VERSION = 1;

    /** Longest line, in bytes. */
    static final int MAX_LINE_BYTES = 1 << 20;

    private static final String FORMAT = "psyne-evaluation";

    private final Path file;
    private final FileChannel channel;

    private Journal(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** The journal that lies beside a results file. */
    static Path beside(Path results) {
        return results.resolveSibling(results.getFileName() + ".journal");
    }

    /**
     * Begins a journal, or goes on with one.
     *
     * @param results the results file beside which it lies
     * @param of what it is of; one that is gone on with must say the same
     * @param resume whether there may be one, whose lines are given to {@code known}
     */
    static Journal open(Path results, Map<String, String> of, boolean resume, Consumer<JournalLine> known) {
        Path file = beside(results);
        if (!resume && Files.exists(results)) {
            throw new EvaluationException(
                    results, "is there already; resume it, remove it or write to another file", null);
        }
        Journal journal = new Journal(file, channel(file, resume));
        try {
            journal.lock();
            journal.begin(of, known);
            return journal;
        } catch (IOException e) {
            journal.closeAfter(e);
            throw new EvaluationException(file, "cannot be used: " + e, e);
        } catch (EvaluationException e) {
            journal.closeAfter(e);
            throw e;
        }
    }

    private static FileChannel channel(Path file, boolean resume) {
        try {
            return FileChannel.open(
                    file,
                    resume ? StandardOpenOption.CREATE : StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new EvaluationException(
                    file, "an evaluation was begun already; resume it, remove it or write to another file", e);
        } catch (IOException e) {
            throw new EvaluationException(file, "cannot be written: " + e, e);
        }
    }

    private void lock() throws IOException {
        boolean free;
        try {
            free = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            free = false;
        }
        if (!free) {
            throw new EvaluationException(
                    file, "another evaluation writes it; wait for its end or write to another file", null);
        }
    }

    private void begin(Map<String, String> of, Consumer<JournalLine> known) throws IOException {
        long end = lines(file, Channels.newInputStream(channel), found -> requireSame(found, of), known);
        channel.truncate(end);
        channel.position(end);
        if (end == 0) {
            ObjectNode first = new JsonMapper().createObjectNode();
            first.put("format", FORMAT).put("version", VERSION);
            ObjectNode fields = first.putObject("of");
            of.forEach(fields::put);
            write(first.toString());
        }
    }

    private void requireSame(Map<String, String> found, Map<String, String> wanted) {
        TreeSet<String> keys = new TreeSet<>(found.keySet());
        keys.addAll(wanted.keySet());
        List<String> differences = new ArrayList<>();
        for (String key : keys) {
            String before = found.getOrDefault(key, "nothing");
            String now = wanted.getOrDefault(key, "nothing");
            if (!before.equals(now)) {
                differences.add(key + " was " + before + " and is " + now);
            }
        }
        if (!differences.isEmpty()) {
            throw new EvaluationException(
                    file,
                    "is of another evaluation: " + String.join("; ", differences)
                            + ". Name what it was begun with, or write to another file",
                    null);
        }
    }

    /** Gives the answers of a journal to a consumer, in their order. */
    static void read(Path file, Consumer<JournalLine> answers) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            lines(file, stream, _ -> {}, answers);
        }
    }

    /** Reads all lines that have an end; the byte behind the last one. */
    private static long lines(
            Path file, InputStream stream, Consumer<Map<String, String>> first, Consumer<JournalLine> answers)
            throws IOException {
        LineReader reader = new LineReader(file, stream, MAX_LINE_BYTES);
        long at = 0;
        while (reader.next()) {
            try (JsonCursor json = JsonCursor.over(file, reader.line(), at)) {
                json.begin();
                if (at == 0) {
                    first.accept(header(json));
                } else {
                    answers.accept(JournalLine.read(json));
                }
                json.end();
            }
            at = reader.behind();
        }
        return at;
    }

    private static Map<String, String> header(JsonCursor json) {
        Map<String, String> of = new LinkedHashMap<>();
        json.enterObject("a journal");
        for (String key = json.nextKey(); key != null; key = json.nextKey()) {
            switch (key) {
                case "format" -> require(json, json.text(key).equals(FORMAT), "the format " + FORMAT);
                case "version" -> require(json, json.integer(key) == VERSION, "version " + VERSION);
                case "of" -> {
                    json.enterObject(key);
                    for (String what = json.nextKey(); what != null; what = json.nextKey()) {
                        of.put(what, json.text(what));
                    }
                }
                default -> json.skip();
            }
        }
        return of;
    }

    private static void require(JsonCursor json, boolean fits, String expected) {
        if (!fits) {
            throw json.refuse(expected);
        }
    }

    /** Adds an answer. */
    void append(JournalLine line) {
        try {
            write(line.json());
        } catch (IOException e) {
            throw new EvaluationException(file, "an answer cannot be written: " + e, e);
        }
    }

    private void write(String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private void closeAfter(Exception failure) {
        try {
            channel.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Brings all lines to the disk. */
    @Override
    public void close() {
        try (channel) {
            channel.force(true);
        } catch (IOException e) {
            throw new EvaluationException(file, "cannot be closed: " + e, e);
        }
    }
}
