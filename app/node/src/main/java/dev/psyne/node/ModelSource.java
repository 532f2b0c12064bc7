package dev.psyne.node;

import dev.psyne.vlm.ModelOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A model that may be loaded.
 *
 * @param name by which it is asked for
 * @param path the folder, or the file, that it is loaded from
 * @param options how it is loaded, but for what the node says of all models
 */
record ModelSource(String name, Path path, ModelOptions options) {
    private static final Path EMBEDDED = Path.of("model", "vlm", "weights", "scenes-2");
    private static final String OUR_CONFIGURATION = "model.json";
    private static final String GGUF = ".gguf";

    /** The embedded model, which lies beside the launcher. */
    static ModelSource embedded() {
        return at(Path.of(System.getProperty("psyne.home", "")).resolve(EMBEDDED));
    }

    /** The model of a path; its name is that of the folder or the file. */
    static ModelSource at(Path path) {
        Path last = path.toAbsolutePath().normalize().getFileName();
        String file = last == null ? path.toString() : last.toString();
        String name = file.endsWith(GGUF) ? file.substring(0, file.length() - GGUF.length()) : file;
        return new ModelSource(name, path, ModelOptions.standard());
    }

    /**
     * The model that somebody names: the embedded one, one that was given the name, or the one at a path.
     *
     * @throws IllegalArgumentException if there is none
     */
    static ModelSource of(String nameOrPath, ModelStore store) {
        ModelSource embedded = embedded();
        if (nameOrPath.equals(embedded.name())) {
            return embedded;
        }
        ModelEntry entry = store.resolve(nameOrPath);
        String name = store.find(nameOrPath).isPresent()
                ? nameOrPath
                : at(entry.path()).name();
        return new ModelSource(name, entry.path(), entry.options());
    }

    /** Whether it is asked in conversations; others answer the last question about the last picture. */
    boolean talks() {
        return !Files.exists(path.resolve(OUR_CONFIGURATION));
    }

    /** What its weights take in files, in bytes; 0 if they cannot be read. */
    long weightBytes() {
        if (Files.isRegularFile(path)) {
            return size(path);
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> file.toString().endsWith(".safetensors")
                            || file.toString().endsWith(GGUF))
                    .mapToLong(ModelSource::size)
                    .sum();
        } catch (IOException e) {
            // Loading says what is wrong.
            return 0;
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
