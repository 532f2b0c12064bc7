package dev.psyne.node;

import dev.psyne.vlm.PackedWeights;
import dev.psyne.vlm.WeightPrecision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The models this machine knows by name: one small file each, in {@code models} of {@code $PSYNE_DATA}, else {@code
 * $XDG_DATA_HOME/psyne}, else {@code ~/.local/share/psyne}. The models themselves stay where they are. Packed weights go to
 * {@code $PSYNE_CACHE}, else {@code $XDG_CACHE_HOME/psyne}, else {@code ~/.cache/psyne}.
 */
final class ModelStore {
    private static final String ENDING = ".json";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private final Path entries;
    private final Path cache;

    private ModelStore(Path entries, Path cache) {
        this.entries = entries;
        this.cache = cache;
    }

    /** The store that an environment says. */
    static ModelStore of(Map<String, String> environment) {
        Path cache = directory(
                environment, "PSYNE_CACHE", "XDG_CACHE_HOME", home(environment).resolve(".cache"));
        return new ModelStore(data(environment).resolve("models"), cache);
    }

    /** Where everything of this user is kept that outlives a process. */
    static Path data(Map<String, String> environment) {
        return directory(
                environment, "PSYNE_DATA", "XDG_DATA_HOME", home(environment).resolve(".local/share"));
    }

    private static Path home(Map<String, String> environment) {
        return Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", "")));
    }

    private static Path directory(Map<String, String> environment, String own, String shared, Path otherwise) {
        String ours = environment.getOrDefault(own, "");
        if (!ours.isEmpty()) {
            return Path.of(ours);
        }
        String theirs = environment.getOrDefault(shared, "");
        return (theirs.isEmpty() ? otherwise : Path.of(theirs)).resolve("psyne");
    }

    /** Where what models were taught is kept. */
    Path taught() {
        return entries.resolveSibling("taught");
    }

    /** Where packed weights are kept unless an entry says otherwise. */
    Path cache() {
        return cache;
    }

    /**
     * The model of a name, or else of a path.
     *
     * @throws IllegalArgumentException if there is neither
     */
    ModelEntry resolve(String nameOrPath) {
        Optional<ModelEntry> known = find(nameOrPath);
        return known.orElseGet(() -> entry(nameOrPath, existing(nameOrPath)));
    }

    /** The entry of a name, if there is one. */
    Optional<ModelEntry> find(String name) {
        return NAME.matcher(name).matches() && Files.exists(file(name))
                ? Optional.of(read(file(name)))
                : Optional.empty();
    }

    /** What a path would be as an entry. */
    ModelEntry entry(String name, Path path) {
        return new ModelEntry(name, path, WeightPrecision.AS_STORED, cache);
    }

    private Path existing(String text) {
        try {
            Path path = Path.of(text);
            if (!text.isEmpty() && Files.exists(path)) {
                return path.toAbsolutePath().normalize();
            }
        } catch (InvalidPathException noPath) {
            throw unknown(text);
        }
        throw unknown(text);
    }

    private IllegalArgumentException unknown(String text) {
        String names = list().stream().map(ModelEntry::name).collect(Collectors.joining(", "));
        return new IllegalArgumentException("there is no model and no file '" + text + "'; "
                + (names.isEmpty() ? "no model was added yet, see 'psyne model add'" : "known are " + names));
    }

    /** All entries by name. */
    List<ModelEntry> list() {
        if (!Files.isDirectory(entries)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(entries)) {
            List<ModelEntry> found = new ArrayList<>();
            files.filter(file -> file.toString().endsWith(ENDING)).sorted().forEach(file -> found.add(read(file)));
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps an entry; one of the same name is replaced. */
    void put(ModelEntry entry) throws IOException {
        requireName(entry.name());
        Files.createDirectories(entries);
        String json = new JsonMapper()
                .createObjectNode()
                .put("path", entry.path().toString())
                .put("precision", entry.precision().name())
                .put("cache", entry.cache().toString())
                .toString();
        Path part = Files.createTempFile(entries, entry.name(), ".part");
        Files.writeString(part, json);
        Files.move(part, file(entry.name()), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Forgets a name and removes what was packed for it, unless another name stands for the same files; those stay.
     *
     * @return how many packed files were removed
     */
    int remove(String name) throws IOException {
        ModelEntry entry = require(name);
        Files.delete(file(name));
        if (list().stream().anyMatch(other -> other.path().equals(entry.path()))) {
            return 0;
        }
        int removed = 0;
        for (WeightPrecision precision : WeightPrecision.values()) {
            for (Path packed : PackedWeights.files(entry.cache(), entry.path(), precision)) {
                removed += Files.deleteIfExists(packed) ? 1 : 0;
            }
        }
        return removed;
    }

    /** The entry of a name, which there must be. */
    ModelEntry require(String name) {
        return find(name).orElseThrow(() -> unknown(name));
    }

    /** Refuses what cannot be a name. */
    static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no name for a model; take letters, digits, '.',"
                    + " '_' and '-', at most 64, the first a letter or digit");
        }
    }

    private Path file(String name) {
        return entries.resolve(name + ENDING);
    }

    private ModelEntry read(Path file) {
        String fileName = String.valueOf(file.getFileName());
        try {
            JsonNode json = new JsonMapper().readTree(Files.readString(file));
            return new ModelEntry(
                    fileName.substring(0, fileName.length() - ENDING.length()),
                    Path.of(text(file, json, "path")),
                    WeightPrecision.valueOf(text(file, json, "precision")),
                    Path.of(text(file, json, "cache")));
        } catch (NoSuchFileException e) {
            throw new UncheckedIOException(e);
        } catch (IOException | JacksonException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    file + " is damaged: " + e.getMessage() + "; delete it and add the model again", e);
        }
    }

    private static String text(Path file, JsonNode json, String key) {
        JsonNode node = json.get(key);
        if (node == null || !node.isString()) {
            throw new IllegalArgumentException(file + " has no " + key);
        }
        return node.stringValue();
    }
}
