package dev.psyne.node;

import dev.psyne.vlm.Lessons;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.TaughtName;
import dev.psyne.vlm.TaughtThing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one model was taught: a file for each thing, in a directory of the model's. Any number of threads and processes may
 * read and write; a file that cannot be read is named and hides no other.
 */
final class TaughtStore {
    /** Most forgotten things that can be brought back; the oldest go first. */
    static final int MAX_FORGOTTEN = 16;

    private static final String ENDING = ".taught";
    private static final String FORGOTTEN = ".forgotten";
    private static final String PART = ".part";
    private static final int ID_BYTES = 8;
    private static final int DIRECTORY_CHARACTERS = 16;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");

    private final Path directory;
    private final String model;
    private final SecureRandom random = new SecureRandom();
    private @Nullable Seen latest;

    /**
     * The store of a model.
     *
     * @param root of all models' stores
     * @param model SHA-256 of its weights, in hexadecimal
     */
    TaughtStore(Path root, String model) {
        this.directory = root.resolve(model.substring(0, Math.min(DIRECTORY_CHARACTERS, model.length())));
        this.model = model;
    }

    /** Tells a model what it was taught, as it is kept beside {@code models}, and names the files that cannot be read. */
    static void tell(Model model, ModelStore models, Terminal terminal) {
        Kept kept = new TaughtStore(models.taught(), model.info().sha256()).kept();
        kept.problems().forEach(terminal::error);
        model.know(kept.lessons());
    }

    /**
     * What is there.
     *
     * @param lessons those that can be read, by name
     * @param problems a sentence for each file that cannot
     */
    record Kept(Lessons lessons, List<String> problems) {}

    /** A listing, and what the directory looked like then. */
    private record Seen(List<String> stamp, Kept kept) {}

    private record Entry(Path file, TaughtThing thing) {}

    /** All things; read again only if a file has changed. */
    synchronized Kept kept() {
        List<String> stamp = stamp();
        Seen seen = latest;
        if (seen == null || !seen.stamp().equals(stamp)) {
            List<String> problems = new ArrayList<>();
            TreeMap<String, TaughtThing> things = new TreeMap<>();
            for (Entry entry : entries(problems)) {
                String key = TaughtName.key(entry.thing().name());
                if (things.containsKey(key)) {
                    problems.add(entry.file() + " is left out: '"
                            + entry.thing().name() + "' is there already; delete one of them.");
                } else if (things.size() == Lessons.MAX_THINGS) {
                    problems.add(entry.file() + " is left out: '"
                            + entry.thing().name() + "' is one more than " + Lessons.MAX_THINGS + "; forget another.");
                } else {
                    things.put(key, entry.thing());
                }
            }
            Kept kept = new Kept(new Lessons(List.copyOf(things.values())), List.copyOf(problems));
            seen = new Seen(stamp, kept);
            latest = seen;
        }
        return seen.kept();
    }

    /** Keeps a new thing. */
    TaughtThing add(TaughtThing thing) throws IOException {
        try (DirectoryLock turn = DirectoryLock.take(directory)) {
            requireRoom(thing);
            write(directory.resolve(newId() + ENDING), thing);
            return thing;
        }
    }

    /** Refuses a name that is taken, and one thing too many. */
    void requireRoom(TaughtThing thing) {
        requireRoom(thing.name());
    }

    /** As above, before there is a thing. */
    void requireRoom(String name) {
        Lessons known = kept().lessons();
        requireFree(name, known);
        if (known.things().size() >= Lessons.MAX_THINGS) {
            throw new IllegalArgumentException("The model was taught " + Lessons.MAX_THINGS
                    + " things, which is all it can be; forget one first.");
        }
    }

    private static void requireFree(String name, Lessons known) {
        known.find(name).ifPresent(there -> {
            throw new IllegalArgumentException(
                    "'" + there.name() + "' was taught already; forget it first, or choose another name.");
        });
    }

    /** Gives a thing another name; one that differs in case, spaces and hyphens alone is possible. */
    TaughtThing rename(String from, String to) throws IOException {
        try (DirectoryLock turn = DirectoryLock.take(directory)) {
            Entry entry = find(from);
            TaughtThing renamed = entry.thing().withName(to);
            if (!TaughtName.key(renamed.name())
                    .equals(TaughtName.key(entry.thing().name()))) {
                requireFree(renamed.name(), kept().lessons());
            }
            write(entry.file(), renamed);
            return renamed;
        }
    }

    /** Forgets a thing; returns what brings it back. */
    String forget(String name) throws IOException {
        try (DirectoryLock turn = DirectoryLock.take(directory)) {
            Entry entry = find(name);
            String token = newId();
            Path forgotten = directory.resolve(token + FORGOTTEN);
            Files.setLastModifiedTime(entry.file(), FileTime.from(Instant.now()));
            Files.move(entry.file(), forgotten, StandardCopyOption.ATOMIC_MOVE);
            persistNames();
            List<Path> all = files(FORGOTTEN);
            all.sort(Comparator.comparing((Path file) -> file.equals(forgotten)).thenComparing(TaughtStore::modified));
            for (Path old : all.subList(0, Math.max(0, all.size() - MAX_FORGOTTEN))) {
                Files.deleteIfExists(old);
            }
            return token;
        }
    }

    /** Brings a forgotten thing back. */
    TaughtThing restore(String token) throws IOException {
        try (DirectoryLock turn = DirectoryLock.take(directory)) {
            Path forgotten = directory.resolve(token + FORGOTTEN);
            if (!ID.matcher(token).matches() || !Files.exists(forgotten)) {
                throw new TaughtNotFoundException("It was forgotten too long ago to be brought back; teach it again.");
            }
            TaughtThing thing = read(forgotten);
            requireRoom(thing);
            Files.move(forgotten, directory.resolve(newId() + ENDING), StandardCopyOption.ATOMIC_MOVE);
            persistNames();
            return thing;
        }
    }

    /** The file of a thing, to be given away. */
    TaughtFile export(String name) {
        return new TaughtFile(model, find(name).thing());
    }

    /**
     * What such a file holds, if it was taught to this model.
     *
     * @throws IllegalArgumentException if it cannot be read, or belongs to another model
     */
    TaughtThing open(byte[] file) {
        TaughtFile taught;
        try {
            taught = TaughtFile.parse(file);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The file cannot be taken: " + e.getMessage() + ".", e);
        }
        if (!taught.model().equals(model)) {
            throw new IllegalArgumentException("'" + taught.thing().name()
                    + "' was taught to another model, whose features are others; teach it again with its pictures.");
        }
        return taught.thing();
    }

    private Entry find(String name) {
        String key = TaughtName.key(name);
        return entries(new ArrayList<>()).stream()
                .filter(entry -> TaughtName.key(entry.thing().name()).equals(key))
                .findFirst()
                .orElseThrow(() -> new TaughtNotFoundException("'" + name + "' was not taught."));
    }

    private List<Entry> entries(List<String> problems) {
        List<Entry> entries = new ArrayList<>();
        for (Path file : files(ENDING)) {
            try {
                entries.add(new Entry(file, read(file)));
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    problems.add(file + " is left out: " + Failures.sentence(e) + "; delete it.");
                }
            } catch (IllegalArgumentException e) {
                problems.add(file + " is left out: " + e.getMessage() + "; delete it.");
            }
        }
        return entries;
    }

    private TaughtThing read(Path file) {
        try {
            if (Files.size(file) > TaughtFile.MAX_BYTES) {
                throw new IllegalArgumentException("it has " + Files.size(file) + " bytes, which no taught thing has");
            }
            TaughtFile taught = TaughtFile.parse(Files.readAllBytes(file));
            if (!taught.model().equals(model)) {
                throw new IllegalArgumentException("it was taught to another model");
            }
            return taught.thing();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Path file, TaughtThing thing) throws IOException {
        for (Path abandoned : files(PART)) {
            Files.deleteIfExists(abandoned);
        }
        Path part = directory.resolve(newId() + PART);
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(new TaughtFile(model, thing).toBytes());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        persistNames();
    }

    private void persistNames() throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private List<String> stamp() {
        List<String> stamp = new ArrayList<>();
        for (Path file : files(ENDING)) {
            Optional<BasicFileAttributes> attributes = attributes(file);
            attributes.ifPresent(
                    of -> stamp.add(file + " " + of.size() + " " + of.lastModifiedTime() + " " + of.fileKey()));
        }
        return stamp;
    }

    private static Optional<BasicFileAttributes> attributes(Path file) {
        try {
            return Optional.of(Files.readAttributes(file, BasicFileAttributes.class));
        } catch (NoSuchFileException forgottenMeanwhile) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long modified(Path file) {
        return attributes(file).map(of -> of.lastModifiedTime().toMillis()).orElse(0L);
    }

    private List<Path> files(String ending) {
        List<Path> files = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return files;
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*" + ending)) {
            found.forEach(files::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        files.sort(null);
        return files;
    }

    private String newId() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
