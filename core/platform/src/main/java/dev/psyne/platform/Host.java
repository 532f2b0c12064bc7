package dev.psyne.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Where the probes look: the system's own name for itself and the root of its files, so that a test can be another machine. */
record Host(String system, String version, String architecture, Path root) {
    private static final long BYTES_PER_KILOBYTE = 1024;

    static Host current() {
        return new Host(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch"),
                Path.of("/"));
    }

    boolean isLinux() {
        return system.equals("Linux");
    }

    /** The lines of a file below the root, or none where it cannot be read. */
    List<String> lines(String file) {
        if (!isLinux()) {
            return List.of();
        }
        try {
            return Files.readAllLines(root.resolve(file));
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** The value behind the first {@code key:} or {@code key=} of a file. */
    Optional<String> value(String file, String key) {
        for (String line : lines(file)) {
            String rest = line.startsWith(key) ? line.substring(key.length()).strip() : "";
            if (rest.startsWith(":") || rest.startsWith("=")) {
                return Optional.of(rest.substring(1).strip());
            }
        }
        return Optional.empty();
    }

    /** The number behind a key, without its unit. */
    OptionalLong number(String file, String key) {
        String text = value(file, key).map(found -> found.split(" ")[0]).orElse("");
        boolean isNumber = !text.isEmpty() && text.length() < 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    /** A figure given in kB, in bytes. */
    OptionalLong bytesOf(String file, String key) {
        OptionalLong kilobytes = number(file, key);
        return kilobytes.isPresent()
                ? OptionalLong.of(kilobytes.getAsLong() * BYTES_PER_KILOBYTE)
                : OptionalLong.empty();
    }
}
