package dev.psyne.vlm.internal.vision;

import dev.psyne.image.Picture;
import dev.psyne.tensor.AttentionSpan;
import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.KeyValueCache;
import dev.psyne.tensor.KeyValueShape;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.layer.ModelWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * The image tower of SigLIP: patches of a tile see each other. Immutable; each call works in a workspace of its caller.
 */
public final class SiglipTower {
    private final SiglipConfiguration shape;
    private final PixelScale scale;
    private final Kernels kernels;
    private final Linear patches;
    private final float[] positions;
    private final List<SiglipLayer> layers = new ArrayList<>();
    private final float[] norm;
    private final float[] normBias;

    /** Takes the weights whose names begin with {@code prefix}. */
    public SiglipTower(ModelWeights weights, SiglipConfiguration shape, PixelScale scale, String prefix) {
        int width = shape.width();
        int values = Picture.CHANNELS * shape.patch() * shape.patch();
        this.shape = shape;
        this.scale = scale;
        this.kernels = weights.kernels();
        this.patches = weights.linear(prefix + "embeddings.patch_embedding", width, values);
        this.positions = weights.vector(prefix + "embeddings.position_embedding.weight", shape.patches() * width);
        for (int i = 0; i < shape.layers(); i++) {
            layers.add(new SiglipLayer(weights, prefix + "encoder.layers." + i + ".", shape));
        }
        this.norm = weights.vector(prefix + "post_layernorm.weight", width);
        this.normBias = weights.vector(prefix + "post_layernorm.bias", width);
    }

    /** The sizes. */
    public SiglipConfiguration shape() {
        return shape;
    }

    /** The memory of one call. */
    public final class Workspace {
        private final Rows pixels = Rows.allocate(shape.patches(), patches.inputs());
        private final Rows x = Rows.allocate(shape.patches(), shape.width());
        private final Rows normal = Rows.allocate(shape.patches(), shape.width());
        private final Rows packed = Rows.allocate(shape.patches(), 3 * shape.width());
        private final Rows hidden = Rows.allocate(shape.patches(), shape.mlp());
        private final KeyValueCache cache =
                KeyValueCache.allocate(new KeyValueShape(1, shape.heads(), shape.headWidth()), shape.patches());
        private final List<AttentionSpan> span = List.of(new AttentionSpan(cache, 0, shape.patches(), 0, false));

        Rows x() {
            return x;
        }

        Rows normal() {
            return normal;
        }

        Rows packed() {
            return packed;
        }

        Rows hidden() {
            return hidden;
        }

        KeyValueCache cache() {
            return cache;
        }

        List<AttentionSpan> span() {
            return span;
        }

        /** The features of the patches after {@link #run}, row by row from the top left. */
        public Rows features() {
            return x;
        }
    }

    /** Takes a tile of the tower's size through it. */
    public void run(Picture tile, Workspace work) {
        if (tile.width() != shape.imageSize() || tile.height() != shape.imageSize()) {
            throw new IllegalArgumentException("a tile of " + tile.width() + " x " + tile.height() + " pixels, not "
                    + shape.imageSize() + " x " + shape.imageSize());
        }
        scale.writePatches(tile, shape.patch(), work.pixels);
        System.arraycopy(positions, 0, work.x.values(), work.x.index(0), positions.length);
        kernels.gemm(shape.patches(), work.pixels, patches, Epilogue.ADD, work.x);
        for (SiglipLayer layer : layers) {
            layer.run(work);
        }
        kernels.layerNorm(shape.patches(), work.x, norm, normBias, shape.epsilon(), work.x);
    }
}
