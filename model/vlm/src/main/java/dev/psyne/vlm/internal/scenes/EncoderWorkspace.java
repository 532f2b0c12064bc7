package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.FeatureMap;
import dev.psyne.tensor.KeyValueCache;
import dev.psyne.tensor.Rows;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** What one picture is encoded in: its planes, a feature map after each block, and the rows of the layers. */
final class EncoderWorkspace {
    private static final int RGB = 3;

    private final Tensor planes;
    private final List<FeatureMap> maps = new ArrayList<>();
    private final List<FeatureMap> inner = new ArrayList<>();
    private final Rows cells;
    private final LayerWorkspace layers;
    private final KeyValueCache attention;
    private final LayerWorkspace prefix;
    private final Rows nameLogits;
    private final Rows blends;
    private final Rows thingFeatures;
    private final Rows thingHidden;
    private final Rows copyKeys;

    EncoderWorkspace(SceneConfiguration configuration) {
        SceneConfiguration.Encoder encoder = configuration.encoder();
        int size = configuration.image().size();
        float[] values = new float[RGB * size * size];
        this.planes = Tensor.of(MemorySegment.ofArray(values), ElementType.F32, Shape.of(RGB, size, size));
        allocateMaps(encoder.blocks(), size);
        int width = encoder.layers().width();
        this.cells = Rows.allocate(encoder.cells(), encoder.channels());
        this.layers = new LayerWorkspace(encoder.cells(), encoder.layers());
        this.attention = KeyValueCache.allocate(encoder.layers().keyValues(1), encoder.cells());
        int regions = configuration.mostRegions();
        this.prefix = new LayerWorkspace(regions, configuration.decoder());
        this.nameLogits = Rows.allocate(encoder.cells(), configuration.names().size() + 1);
        int decoderWidth = configuration.decoder().width();
        this.blends = Rows.allocate(regions, decoderWidth);
        SceneConfiguration.Photo photo = configuration.photo();
        this.thingFeatures = Rows.allocate(photo.things(), photo.features());
        this.thingHidden = Rows.allocate(photo.things(), photo.hidden());
        this.copyKeys = Rows.allocate(regions, decoderWidth);
    }

    private void allocateMaps(List<SceneConfiguration.Block> blocks, int imageSize) {
        int size = imageSize;
        maps.add(FeatureMap.allocate(size, size, RGB, border(blocks, 0)));
        for (int i = 0; i < blocks.size(); i++) {
            switch (blocks.get(i)) {
                case SceneConfiguration.Conv conv -> {
                    size = (size + 2 * conv.padding() - conv.kernel()) / conv.stride() + 1;
                    maps.add(FeatureMap.allocate(size, size, conv.out(), border(blocks, i + 1)));
                    inner.add(maps.getLast());
                }
                case SceneConfiguration.Residual residual -> {
                    // The block adds in place, so the next one reads the same map.
                    maps.add(maps.getLast());
                    inner.add(FeatureMap.allocate(size, size, residual.channels(), 1));
                }
            }
        }
    }

    /** Pixels of zeros needed by the blocks that read a map: residual ones and the first other. */
    private static int border(List<SceneConfiguration.Block> blocks, int reader) {
        int border = 0;
        for (SceneConfiguration.Block block : blocks.subList(reader, blocks.size())) {
            if (block instanceof SceneConfiguration.Conv conv) {
                return Math.max(border, conv.padding());
            }
            border = 1;
        }
        return border;
    }

    /** The picture's planes, {@code [3, size, size]}. */
    Tensor planes() {
        return planes;
    }

    /** The map that block {@code index} reads; the one after the last block for their number. */
    FeatureMap map(int index) {
        return maps.get(index);
    }

    /** The map between the two convolutions of a residual block. */
    FeatureMap inner(int index) {
        return inner.get(index);
    }

    Rows cells() {
        return cells;
    }

    LayerWorkspace layers() {
        return layers;
    }

    /** Keys and values of the encoder's layer being run. */
    KeyValueCache attention() {
        return attention;
    }

    /** For the decoder's layers over the image prefix. */
    LayerWorkspace prefix() {
        return prefix;
    }

    /** A logit for each name and one for none of them, {@code [cells, names + 1]}. */
    Rows nameLogits() {
        return nameLogits;
    }

    /** The names' unit vectors weighted by their chances, {@code [regions, width]}. */
    Rows blends() {
        return blends;
    }

    /** Boxes, colours and chances of things, {@code [things, features]}. */
    Rows thingFeatures() {
        return thingFeatures;
    }

    Rows thingHidden() {
        return thingHidden;
    }

    /** What the copy head compares with, {@code [regions, width]}. */
    Rows copyKeys() {
        return copyKeys;
    }
}
