package dev.psyne.rpc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What lies in a directory of channels. */
final class IpcFiles {
    private IpcFiles() {}

    /** The channels that have a name. */
    static List<String> channels(Path directory) throws IOException {
        return names(directory).stream()
                .filter(name -> name.startsWith("psyne.ring."))
                .toList();
    }

    /** The processes that take part, or did when they died. */
    static List<String> processes(Path directory) throws IOException {
        return names(directory.resolve("processes"));
    }

    /** Waits until there is neither. */
    static void awaitNone(Path directory) throws IOException {
        while (!channels(directory).isEmpty() || !processes(directory).isEmpty()) {
            if (Thread.interrupted()) {
                throw new IOException("there are still " + channels(directory) + " and " + processes(directory));
            }
            Thread.onSpinWait();
        }
    }

    private static List<String> names(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
