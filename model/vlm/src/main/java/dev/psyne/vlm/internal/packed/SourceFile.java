package dev.psyne.vlm.internal.packed;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the files that layers were packed from, as far as it is looked at each time a model is loaded: a hash of gigabytes
 * would take longer than loading. Its beginning holds the names, shapes and places of all tensors, and who writes other
 * numbers to the same places gives the file another time; a copy that has another time is packed again, which is slow
 * but right.
 *
 * @param name of the file, without its directory
 * @param bytes its size
 * @param modifiedMillis when it was last written, in milliseconds since 1970
 * @param beginning SHA-256 of its first {@value #BEGINNING_BYTES} bytes
 */
record SourceFile(String name, long bytes, long modifiedMillis, String beginning) {
    static final int BEGINNING_BYTES = 1 << 20;

    /** Most files of a model. */
    static final int MAX_FILES = 2048;

    static List<SourceFile> of(List<Path> files) {
        List<SourceFile> sources = new ArrayList<>();
        for (Path file : files) {
            sources.add(of(file));
        }
        return List.copyOf(sources);
    }

    private static SourceFile of(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] beginning = in.readNBytes(BEGINNING_BYTES);
            return new SourceFile(
                    String.valueOf(file.getFileName()),
                    Files.size(file),
                    Math.max(0, Files.getLastModifiedTime(file).toMillis()),
                    Digests.sha256(MemorySegment.ofArray(beginning)));
        } catch (IOException e) {
            throw new ModelException(file, "file", e.toString(), "a readable file", e);
        }
    }
}
