package dev.psyne.vlm.internal.chat;

import dev.psyne.vlm.ModelException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The settings at the beginning of a published model's {@code README.md} (huggingface.co, "Model Cards"). */
final class ModelCard {
    private static final String FILE = "README.md";
    private static final String FENCE = "---";
    private static final String LICENSE = "license:";
    private static final int MAX_LINES = 200;

    private ModelCard() {}

    /** The license a directory states; empty if it states none. */
    static String license(Path directory) {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return "";
        }
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            String line = lines.readLine();
            boolean hasSettings = FENCE.equals(line);
            for (int i = 0; hasSettings && i < MAX_LINES; i++) {
                line = lines.readLine();
                if (line == null || line.equals(FENCE)) {
                    return "";
                }
                if (line.startsWith(LICENSE)) {
                    return line.substring(LICENSE.length()).strip();
                }
            }
            return "";
        } catch (MalformedInputException notText) {
            return "";
        } catch (IOException e) {
            throw new ModelException(file, "file", e.toString(), "a readable file", e);
        }
    }
}
