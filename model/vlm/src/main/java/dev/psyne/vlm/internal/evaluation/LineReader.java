package dev.psyne.vlm.internal.evaluation;

import dev.psyne.vlm.EvaluationException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Reads lines that have an end, and knows at which byte each stands. */
final class LineReader {
    private final Path file;
    private final InputStream stream;
    private final int maximumBytes;
    private byte[] line = {};
    private long behind;

    LineReader(Path file, InputStream stream, int maximumBytes) {
        this.file = file;
        this.stream = new BufferedInputStream(stream);
        this.maximumBytes = maximumBytes;
    }

    /** Whether there is another line; one that is cut off by the end of the file is none. */
    boolean next() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int next = stream.read(); next >= 0; next = stream.read()) {
            if (next == '\n') {
                line = bytes.toByteArray();
                behind += line.length + 1L;
                return true;
            }
            if (bytes.size() == maximumBytes) {
                throw new EvaluationException(
                        file, behind, "found a line of more than " + maximumBytes + " bytes", null);
            }
            bytes.write(next);
        }
        return false;
    }

    /** The line without its end. */
    byte[] line() {
        return line;
    }

    /** The byte behind the line and its end. */
    long behind() {
        return behind;
    }
}
