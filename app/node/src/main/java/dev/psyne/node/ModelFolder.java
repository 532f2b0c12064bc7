package dev.psyne.node;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the model lies: the folder given, or the embedded one beside the launcher. */
final class ModelFolder {
    private static final Path EMBEDDED = Path.of("model", "vlm", "weights", "scenes-1");

    private ModelFolder() {}

    static Path resolve(@org.jspecify.annotations.Nullable Path given) {
        if (given != null) {
            if (!Files.isDirectory(given)) {
                throw new IllegalArgumentException(
                        "--model " + given + " is not a folder; give one that holds model.json");
            }
            return given;
        }
        return Path.of(System.getProperty("psyne.home", "")).resolve(EMBEDDED);
    }
}
