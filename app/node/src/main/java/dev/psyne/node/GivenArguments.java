package dev.psyne.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The arguments of {@code psyne call} as they were typed: {@code VALUE} or {@code NAME=VALUE}.
 *
 * @param positions those without a name
 * @param names those with one
 */
record GivenArguments(List<String> positions, Map<String, String> names) {
    /** The largest file that is given as an argument. */
    private static final long MAX_FILE_BYTES = 64L << 20;

    private static final String FILE = "@";

    static GivenArguments of(List<String> words) {
        List<String> positions = new ArrayList<>();
        Map<String, String> names = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals > 0 && word.substring(0, equals).matches("[A-Za-z_]\\w*")) {
                names.put(word.substring(0, equals), word.substring(equals + 1));
            } else {
                positions.add(word);
            }
        }
        return new GivenArguments(positions, names);
    }

    /** The file that a value stands for, if it stands for one. */
    static Optional<Path> file(String value) {
        return value.startsWith(FILE) ? Optional.of(Path.of(value.substring(1))) : Optional.empty();
    }

    /**
     * What is in such a file.
     *
     * @throws IllegalArgumentException if that is too much
     */
    static byte[] read(Path file) throws IOException {
        long bytes = Files.size(file);
        if (bytes > MAX_FILE_BYTES) {
            throw new IllegalArgumentException(
                    file + " has " + bytes + " bytes; an argument may have at most " + MAX_FILE_BYTES);
        }
        return Files.readAllBytes(file);
    }
}
