package dev.psyne.vlm;

import dev.psyne.vlm.internal.packed.PackedCache;
import java.nio.file.Path;
import java.util.List;

/** Where packed weights are kept: {@code docs/model-cache.md} tells what is in such a file. */
public final class PackedWeights {
    private PackedWeights() {}

    /**
     * The file that holds a model's packed weights, or will; of a model that takes pictures, those of its decoder.
     *
     * @param cache as in {@link ModelOptions#cache()}
     * @param model its path, as it is loaded
     */
    public static Path file(Path cache, Path model, WeightPrecision precision) {
        return new PackedCache(cache).file(model, precision);
    }

    /** All files that hold a model's packed weights, or may: a model that takes pictures has two. */
    public static List<Path> files(Path cache, Path model, WeightPrecision precision) {
        return new PackedCache(cache).files(model, precision);
    }
}
