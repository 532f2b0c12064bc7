package dev.psyne.vlm.internal.photo;

import dev.psyne.tensor.Convolution;
import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.FeatureMap;
import dev.psyne.tensor.Kernels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The blocks with their weights. Immutable; each run works in the maps of its caller. */
final class PhotoNet {
    private final Kernels kernels;
    private final List<PhotoBlock> blocks;
    private final Map<String, Convolution> convolutions = new HashMap<>();

    PhotoNet(PhotoConfiguration configuration, PhotoWeights weights, Kernels kernels) {
        this.kernels = kernels;
        this.blocks = configuration.blocks();
        for (PhotoBlock block : blocks) {
            if (block instanceof PhotoBlock.Conv conv) {
                convolutions.put(conv.name(), weights.convolution(conv));
            }
        }
    }

    /** Hears of the picture, then of each result as soon as it is there. */
    interface Listener {
        void done(String name, FeatureMap result);
    }

    /** Takes the picture's map through the blocks; a result is overwritten once nobody reads it, but for the levels'. */
    void run(Map<String, FeatureMap> maps, Listener listener) {
        FeatureMap picture = map(maps, PhotoBlock.PICTURE);
        picture.clearBorder();
        listener.done(PhotoBlock.PICTURE, picture);
        for (PhotoBlock block : blocks) {
            FeatureMap output = map(maps, block.name());
            output.clearBorder();
            switch (block) {
                case PhotoBlock.Conv conv ->
                    kernels.conv2d(
                            map(maps, conv.from()),
                            Objects.requireNonNull(convolutions.get(conv.name())),
                            conv.isLeaky() ? Epilogue.LEAKY_RELU : Epilogue.STORE,
                            output);
                case PhotoBlock.Pool pool -> MapSteps.pool(map(maps, pool.from()), pool, output);
                case PhotoBlock.Concat concat -> concat(maps, concat, output);
                case PhotoBlock.Resize resize ->
                    MapSteps.resize(map(maps, resize.from()), map(maps, resize.add()), output);
            }
            listener.done(block.name(), output);
        }
    }

    private static void concat(Map<String, FeatureMap> maps, PhotoBlock.Concat concat, FeatureMap output) {
        int channel = 0;
        for (String source : concat.sources()) {
            FeatureMap input = map(maps, source);
            MapSteps.copy(input, output, channel);
            channel += input.channels();
        }
    }

    private static FeatureMap map(Map<String, FeatureMap> maps, String name) {
        return Objects.requireNonNull(maps.get(name), name);
    }
}
