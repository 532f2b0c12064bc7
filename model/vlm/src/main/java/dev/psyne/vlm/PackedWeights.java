package dev.psyne.vlm;

import dev.psyne.vlm.internal.packed.PackedCache;
import java.nio.file.Path;

/** Where packed weights are kept: {@code docs/model-cache.md} tells what is in such a file. */
public final class PackedWeights {
    private PackedWeights() {}

    /**
     * The file that holds a model's packed weights, or will.
     *
     * @param cache as in {@link ModelOptions#cache()}
     * @param model its path, as it is loaded
     */
    public static Path file(Path cache, Path model, WeightPrecision precision) {
        return new PackedCache(cache).file(model, precision);
    }
}
