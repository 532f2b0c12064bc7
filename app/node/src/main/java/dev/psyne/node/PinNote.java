package dev.psyne.node;

import dev.psyne.fiber.PinnedJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A file beside a node's meters with the job that was last seen to hold its worker, for {@code psyne stat}. */
final class PinNote {
    private static final String SUFFIX = ".pin";
    private static final int FRAMES = 32;

    private final Path file;
    private @Nullable PinnedJob written;

    /** Of the node with these meters. */
    PinNote(Path meters) {
        this.file = meters.resolveSibling(meters.getFileName() + SUFFIX);
    }

    /** Writes the job down, unless it is the one that was written last. */
    void write(PinnedJob pinned) throws IOException {
        if (pinned.equals(written)) {
            return;
        }
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        String text = pinned.stack().stream()
                .limit(FRAMES)
                .map(frame -> "  at " + frame)
                .collect(Collectors.joining("\n", pinned.worker() + " held at " + pinned.seen() + "\n", "\n"));
        Files.writeString(file, text, StandardOpenOption.TRUNCATE_EXISTING);
        written = pinned;
    }

    /** What was written last. */
    Optional<String> read() {
        try {
            return Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty());
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }
}
