package dev.psyne.node;

import dev.psyne.vlm.ModelOptions;
import dev.psyne.vlm.WeightPrecision;
import java.nio.file.Path;

/**
 * A model this machine knows.
 *
 * @param name what it is called by
 * @param path of its directory or file
 * @param precision how its weights are held
 * @param cache directory its packed weights are kept in
 */
record ModelEntry(String name, Path path, WeightPrecision precision, Path cache) {
    /** How it is loaded. */
    ModelOptions options() {
        return ModelOptions.standard().withPrecision(precision).withCache(cache);
    }

    ModelEntry withPrecision(WeightPrecision wanted) {
        return new ModelEntry(name, path, wanted, cache);
    }
}
