package dev.psyne.rpc.internal.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;

/** The schema files of the test resources: every client reads them. */
public final class Goldens {
    private Goldens() {}

    /** A line of {@code goldens.txt}. */
    public record Golden(String file, String definition, String canonical, String fingerprint) {
        /** The whole file's. */
        public Schema schema() {
            return Schema.parse(text(file));
        }

        @Override
        public String toString() {
            return file + " " + definition;
        }
    }

    /** All of them. */
    public static Stream<Golden> all() {
        return text("goldens.txt").lines().filter(line -> !line.startsWith("#")).map(line -> {
            String[] words = line.split(" ");
            return new Golden(words[0], words[1], words[2], words[3]);
        });
    }

    /** A file of theirs. */
    public static String text(String name) {
        try (InputStream file = Goldens.class.getResourceAsStream("/schema/" + name)) {
            return new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
