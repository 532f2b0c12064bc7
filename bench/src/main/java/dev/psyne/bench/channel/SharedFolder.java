package dev.psyne.bench.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A new folder of its own in {@code /dev/shm}, or among the temporary files where there is none; deleted when closed.
 *
 * @param path where it is
 */
record SharedFolder(Path path) implements AutoCloseable {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final String PREFIX = "psyne-bench-";

    static SharedFolder create() throws IOException {
        return new SharedFolder(
                Files.isWritable(SHARED_MEMORY)
                        ? Files.createTempDirectory(SHARED_MEMORY, PREFIX)
                        : Files.createTempDirectory(PREFIX));
    }

    /** The same below a folder of the caller's choice. */
    static SharedFolder createIn(Path parent) throws IOException {
        return new SharedFolder(Files.createTempDirectory(parent, PREFIX));
    }

    @Override
    public void close() throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(path)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : deepestFirst) {
            Files.deleteIfExists(each);
        }
    }
}
