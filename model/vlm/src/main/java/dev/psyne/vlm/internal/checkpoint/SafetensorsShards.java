package dev.psyne.vlm.internal.checkpoint;

import dev.psyne.vlm.ModelException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A checkpoint in several safetensors files. {@code model.safetensors.index.json} says in {@code weight_map} which file
 * holds which tensor; a file may not hold a tensor that the index places in another, and tensors it does not name are not
 * part of the checkpoint.
 */
final class SafetensorsShards implements Checkpoint {
    static final String SINGLE_FILE = "model.safetensors";
    static final String INDEX_FILE = "model.safetensors.index.json";

    /** Most files of one checkpoint. */
    static final int MAX_SHARDS = 1024;

    private static final String WEIGHT_MAP = "weight_map";

    private final Path directory;
    private final Map<String, SafetensorsFile> shards;
    private final Map<String, SafetensorsFile> places;

    private SafetensorsShards(
            Path directory, Map<String, SafetensorsFile> shards, Map<String, SafetensorsFile> places) {
        this.directory = directory;
        this.shards = shards;
        this.places = places;
    }

    static SafetensorsShards open(Path directory) {
        Path index = directory.resolve(INDEX_FILE);
        JsonFields map = JsonFields.read(index).child(WEIGHT_MAP);
        Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
        Map<String, SafetensorsFile> places = new LinkedHashMap<>();
        try {
            for (String name : map.keys()) {
                places.put(name, shard(directory, map, name, shards));
            }
            requireAgreement(index, shards, places);
            return new SafetensorsShards(directory, shards, places);
        } catch (RuntimeException e) {
            shards.values().forEach(SafetensorsFile::close);
            throw e;
        }
    }

    private static SafetensorsFile shard(
            Path directory, JsonFields map, String name, Map<String, SafetensorsFile> shards) {
        String fileName = map.text(name);
        SafetensorsFile known = shards.get(fileName);
        if (known != null) {
            return known;
        }
        if (fileName.indexOf('/') >= 0 || fileName.indexOf('\\') >= 0 || !fileName.endsWith(".safetensors")) {
            throw map.refuse(name, fileName, "the name of a .safetensors file beside the index");
        }
        if (shards.size() == MAX_SHARDS) {
            throw map.refuse(name, "a file after " + MAX_SHARDS + " others", "at most " + MAX_SHARDS + " files");
        }
        SafetensorsFile opened = SafetensorsFile.open(directory.resolve(fileName));
        shards.put(fileName, opened);
        return opened;
    }

    private static void requireAgreement(
            Path index, Map<String, SafetensorsFile> shards, Map<String, SafetensorsFile> places) {
        places.forEach((name, shard) -> {
            if (!shard.names().contains(name)) {
                throw new ModelException(
                        index, WEIGHT_MAP + "." + name, "a file without it", "the file with it, not " + shard.file());
            }
        });
        for (SafetensorsFile shard : shards.values()) {
            for (String name : shard.names()) {
                SafetensorsFile place = places.get(name);
                if (place != null && place != shard) {
                    throw new ModelException(shard.file(), name, "this tensor", "it in " + place.file() + " alone");
                }
            }
        }
    }

    @Override
    public Path path() {
        return directory;
    }

    @Override
    public List<Path> files() {
        return shards.values().stream().map(SafetensorsFile::file).toList();
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(places.keySet());
    }

    @Override
    public StoredTensor tensor(String name) {
        SafetensorsFile place = places.get(name);
        if (place == null) {
            throw new ModelException(directory, name, "nothing", "a tensor of this name");
        }
        return place.tensor(name);
    }

    @Override
    public void close() {
        shards.values().forEach(SafetensorsFile::close);
    }
}
