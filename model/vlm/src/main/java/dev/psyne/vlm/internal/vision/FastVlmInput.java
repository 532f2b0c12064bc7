package dev.psyne.vlm.internal.vision;

import dev.psyne.image.CentreCrop;
import dev.psyne.image.Filter;
import dev.psyne.image.Picture;
import dev.psyne.image.TileGrid;
import dev.psyne.image.TileSplitter;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.QuestionException;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import dev.psyne.vlm.internal.layer.ModelWeights;
import dev.psyne.vlm.internal.layer.WorkspacePool;
import java.util.List;
import java.util.function.Consumer;

/**
 * The pictures of FastVLM: a square from the middle, or with {@code do_pad} a square around all of it, that
 * FastViT looks at once.
 */
public final class FastVlmInput implements ImageInput {
    private static final int BICUBIC = 3;

    /** Of a longer picture the square shows next to nothing, and all of it would be resized. */
    private static final int MAX_ASPECT = 32;

    private final boolean isPadded;
    private final CentreCrop crop;
    private final FastVitTower tower;
    private final Projector connector;
    private final WorkspacePool<Memory> memories;

    private record Memory(FastVitTower.Workspace tower, Rows hidden) {}

    /**
     * Takes the weights.
     *
     * @param configuration {@code config.json}
     * @param preprocessor {@code preprocessor_config.json}
     * @param width of the language model
     * @param callers most that keep memory for later calls
     */
    public FastVlmInput(
            ModelWeights weights, JsonFields configuration, JsonFields preprocessor, int width, int callers) {
        FastVitConfiguration shape = FastVitConfiguration.parse(configuration.child("vision_config"));
        ImagePreprocessing.requireFilter(preprocessor, BICUBIC);
        PixelScale scale = ImagePreprocessing.scale(preprocessor);
        int shortest = preprocessor.child("size").integer("shortest_edge", 1, TileSplitter.MAX_EDGE);
        int edge = preprocessor.child("crop_size").integer("height", 1, shortest);
        if (edge % FastVitConfiguration.REDUCTION != 0) {
            throw preprocessor.refuse(
                    "crop_size.height", Integer.toString(edge), "a multiple of " + FastVitConfiguration.REDUCTION);
        }
        this.isPadded = preprocessor.flag("do_pad", false);
        this.crop = new CentreCrop(shortest, edge, Filter.BICUBIC);
        this.tower = new FastVitTower(weights, shape, edge, scale, "model.vision_tower.timm_model.");
        this.connector = new Projector(
                weights,
                tower.features(),
                width,
                "model.multi_modal_projector.linear_1",
                "model.multi_modal_projector.linear_2");
        this.memories =
                new WorkspacePool<>(callers, () -> new Memory(tower.new Workspace(), Rows.allocate(tokens(), width)));
    }

    @Override
    public int imageSize() {
        return crop.crop();
    }

    @Override
    public TileGrid split(Picture picture) {
        int longer = Math.max(picture.width(), picture.height());
        int shorter = Math.min(picture.width(), picture.height());
        if (!isPadded && longer > (long) MAX_ASPECT * shorter) {
            throw new QuestionException("The picture has " + picture.width() + " x " + picture.height()
                    + " pixels; this model takes pictures up to " + MAX_ASPECT
                    + " times as long as wide. Cut it first.");
        }
        return new TileGrid(List.of(crop.apply(isPadded ? SquarePadding.apply(picture) : picture)), 0, 0);
    }

    @Override
    public int tokens() {
        return tower.side() * tower.side();
    }

    @Override
    public String placeholder(TileGrid grid, String token) {
        return token.repeat(tokens());
    }

    @Override
    public void encode(Picture tile, Rows output, int first, Consumer<Rows> features) {
        Memory memory = memories.acquire();
        try {
            tower.run(tile, memory.tower());
            features.accept(memory.tower().features());
            connector.run(tokens(), memory.tower().features(), memory.hidden(), output.from(first));
        } finally {
            memories.release(memory);
        }
    }

    @Override
    public void clear() {
        memories.clear();
    }
}
