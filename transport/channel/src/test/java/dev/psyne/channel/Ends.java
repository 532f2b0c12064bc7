package dev.psyne.channel;

import dev.psyne.telemetry.Meters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A place for senders and one for receivers: for {@code mem:} the same, for {@code ipc:} two that meet in a directory of
 * their own, as two processes would.
 */
public final class Ends implements AutoCloseable {
    private final Meters meters = Meters.create();
    private final Path directory;
    private final Channels sending;
    private final Channels receiving;

    public Ends(String scheme) {
        try {
            directory = Files.createTempDirectory("psyne-test");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        sending = new Channels(meters, directory.resolve("ipc"));
        receiving = scheme.equals("mem") ? sending : new Channels(meters, directory.resolve("ipc"));
    }

    public Channels sending() {
        return sending;
    }

    public Channels receiving() {
        return receiving;
    }

    public Meters meters() {
        return meters;
    }

    public Path directory() {
        return directory.resolve("ipc");
    }

    @Override
    public void close() {
        receiving.close();
        sending.close();
        meters.close();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
