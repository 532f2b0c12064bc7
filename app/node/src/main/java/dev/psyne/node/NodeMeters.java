package dev.psyne.node;

import dev.psyne.channel.ChannelDirectory;
import dev.psyne.fiber.PinnedJob;
import dev.psyne.memory.RegionException;
import dev.psyne.platform.KernelLock;
import dev.psyne.telemetry.Meters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The meters of the nodes of this user, each in a shared region of the directory of channels: a node's own while it runs,
 * and those of nodes that died, for whoever asks what they were doing. The files are {@code psyne.meters.PROCESS.ID}. Where
 * there can be no such region a node counts in memory of its own, and says why nobody else will see it.
 */
final class NodeMeters implements AutoCloseable {
    private static final String NAME = "meters.";
    private static final Pattern FILE = Pattern.compile("psyne\\.(meters\\.(\\d+)\\.[0-9a-f]+)");

    /** Dead nodes whose meters are kept; the oldest go when a node starts. */
    private static final int DEAD_KEPT = 4;

    private final Meters meters;
    private final @Nullable KernelLock life;
    private final @Nullable String whyUnseen;
    private final @Nullable PinNote pinNote;

    private NodeMeters(
            Meters meters, @Nullable KernelLock life, @Nullable PinNote pinNote, @Nullable String whyUnseen) {
        this.meters = meters;
        this.life = life;
        this.pinNote = pinNote;
        this.whyUnseen = whyUnseen;
    }

    /**
     * A node's figures as seen from outside.
     *
     * @param process the number of its process
     * @param isAlive whether it runs
     * @param figures by name and labels
     * @param pinned the job that was last seen to hold its worker, with its stack
     */
    record Seen(long process, boolean isAlive, Map<String, Long> figures, Optional<String> pinned) {}

    /** The meters of a node that starts. */
    static NodeMeters create(ChannelDirectory channels) {
        try {
            Path directory = channels.prepared().path();
            removeOldest(directory);
            String name = NAME + ProcessHandle.current().pid() + "."
                    + Long.toHexString(ThreadLocalRandom.current().nextLong());
            Meters meters = Meters.shared(directory, name, Meters.DEFAULT_CAPACITY);
            Path file = directory.resolve("psyne." + name);
            KernelLock life = KernelLock.open(file);
            life.lock();
            return new NodeMeters(meters, life, new PinNote(file), null);
        } catch (IOException | UncheckedIOException | RegionException | UnsupportedOperationException refused) {
            return new NodeMeters(Meters.create(), null, null, refused.toString());
        }
    }

    Meters meters() {
        return meters;
    }

    /** Shows others the job that was last seen to hold its worker. */
    void show(PinnedJob pinned) {
        if (pinNote == null) {
            return;
        }
        try {
            pinNote.write(pinned);
        } catch (IOException failure) {
            throw new UncheckedIOException("the note of a pinned job cannot be written", failure);
        }
    }

    /** Why no other process sees these meters, if none does. */
    Optional<String> whyUnseen() {
        return Optional.ofNullable(whyUnseen);
    }

    /** Those of all nodes there are in a directory, the newest first. */
    static List<Seen> all(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        return files(directory).stream()
                .flatMap(file -> see(directory, file).stream())
                .toList();
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(
                            file -> FILE.matcher(file.getFileName().toString()).matches())
                    .sorted(Comparator.comparing(NodeMeters::age))
                    .toList();
        }
    }

    private static long age(Path file) {
        return -file.toFile().lastModified();
    }

    private static Optional<Seen> see(Path directory, Path file) {
        Matcher parts = FILE.matcher(file.getFileName().toString());
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            Map<String, Long> figures = Meters.read(directory, parts.group(1));
            return Optional.of(
                    new Seen(Long.parseLong(parts.group(2)), isAlive(file), figures, new PinNote(file).read()));
        } catch (RegionException | UncheckedIOException gone) {
            // Its node has ended between the listing and this look.
            return Optional.empty();
        }
    }

    private static boolean isAlive(Path file) {
        try (KernelLock lock = KernelLock.open(file)) {
            return lock.isHeldByAnother();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void removeOldest(Path directory) throws IOException {
        List<Path> dead =
                files(directory).stream().filter(file -> !isAlive(file)).toList();
        for (Path old : dead.subList(Math.min(DEAD_KEPT, dead.size()), dead.size())) {
            Files.deleteIfExists(old);
            new PinNote(old).delete();
        }
    }

    @Override
    public void close() {
        meters.close();
        if (life != null) {
            life.close();
        }
        if (pinNote != null) {
            try {
                pinNote.delete();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
