package dev.psyne.vlm.internal.chat;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.Checkpoint;
import dev.psyne.vlm.internal.checkpoint.GgufFile;
import dev.psyne.vlm.internal.language.LanguageConfiguration;
import dev.psyne.vlm.internal.layer.ModelWeights;
import dev.psyne.vlm.internal.text.ChatTemplate;
import dev.psyne.vlm.internal.text.Tokenizer;
import dev.psyne.vlm.internal.vision.ImageInput;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the files of a model that talks say, whatever their format; all but its weights is read.
 *
 * @param path the file or directory it was opened as
 * @param name it is known by
 * @param architecture what it is built like, as the files call it
 * @param license what the files say; empty if nothing
 * @param checkpoint its tensors, by the names Hugging Face's transformers has for them
 * @param files those whose change makes another model of it
 * @param variables what the template may look at besides the messages
 * @param language the sizes of the decoder
 * @param prefix of the decoder's tensors
 * @param imageToken what stands in a prompt where a picture does; -1 without pictures
 * @param eyes what looks at pictures
 */
record ChatSource(
        Path path,
        String name,
        String architecture,
        String license,
        Checkpoint checkpoint,
        List<Path> files,
        Tokenizer tokenizer,
        ChatTemplate template,
        Map<String, String> variables,
        Set<Integer> endTokens,
        LanguageConfiguration language,
        String prefix,
        int imageToken,
        Optional<ChatSource.Eyes> eyes) {

    /** Takes what looks at pictures from the weights. */
    @FunctionalInterface
    interface Eyes {
        /**
         * Takes it.
         *
         * @param width of the language model
         * @param callers most that keep memory for later calls
         */
        ImageInput take(ModelWeights weights, int width, int callers);
    }

    /**
     * Opens a directory as published, or one with a single GGUF file besides those called mmproj, or a GGUF file.
     *
     * @throws ModelException if a file is missing, broken, or of an architecture that is not built; nothing is left open
     */
    static ChatSource open(Path path) {
        if (!Files.exists(path)) {
            throw new ModelException(path, "path", "nothing", "a model's directory");
        }
        if (!Files.isDirectory(path)) {
            return GgufModel.open(path);
        }
        if (Files.exists(path.resolve(PublishedDirectory.CONFIGURATION))) {
            return PublishedDirectory.open(path);
        }
        return GgufModel.open(onlyGguf(path));
    }

    private static Path onlyGguf(Path directory) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + GgufFile.ENDING)) {
            for (Path file : files) {
                if (!String.valueOf(file.getFileName()).startsWith("mmproj")) {
                    found.add(file);
                }
            }
        } catch (IOException e) {
            throw new ModelException(directory, "directory", e.toString(), "one that can be listed", e);
        }
        if (found.size() != 1) {
            throw new ModelException(
                    directory,
                    "model",
                    found.isEmpty() ? "no file of one" : found.size() + " GGUF files",
                    "model.json, " + PublishedDirectory.CONFIGURATION + ", or one GGUF file; or give the file itself");
        }
        return found.getFirst();
    }

    /** The last part of a path. */
    static String name(Path path, String fallback) {
        Path name = path.toAbsolutePath().normalize().getFileName();
        return name == null ? fallback : name.toString();
    }
}
