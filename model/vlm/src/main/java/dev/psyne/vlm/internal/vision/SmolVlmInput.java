package dev.psyne.vlm.internal.vision;

import dev.psyne.image.Picture;
import dev.psyne.image.TileGrid;
import dev.psyne.image.TileSplitter;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import dev.psyne.vlm.internal.layer.ModelWeights;
import dev.psyne.vlm.internal.layer.WorkspacePool;
import java.util.function.Consumer;

/** The pictures of Idefics3, SmolVLM and SmolVLM2: cut into tiles that SigLIP looks at one by one. */
public final class SmolVlmInput implements ImageInput {
    private static final String FRAME = "<fake_token_around_image>";
    private static final int LANCZOS = 1;

    private final TileSplitter splitter;
    private final TileSplitter squeezer;
    private final SiglipTower tower;
    private final PixelShuffle connector;
    private final WorkspacePool<Memory> memories;

    private record Memory(SiglipTower.Workspace tower, Rows squares) {}

    /**
     * Takes the weights.
     *
     * @param configuration {@code config.json}
     * @param preprocessor {@code preprocessor_config.json}
     * @param width of the language model
     * @param callers most that keep memory for later calls
     */
    public SmolVlmInput(
            ModelWeights weights, JsonFields configuration, JsonFields preprocessor, int width, int callers) {
        SiglipConfiguration shape = SiglipConfiguration.parse(configuration.child("vision_config"));
        ImagePreprocessing.requireFilter(preprocessor, LANCZOS);
        PixelScale scale = ImagePreprocessing.scale(preprocessor);
        int longest = preprocessor.child("size").integer("longest_edge", 1, TileSplitter.MAX_EDGE);
        int tile = preprocessor.child("max_image_size").integer("longest_edge", 1, TileSplitter.MAX_EDGE);
        if (tile != shape.imageSize()) {
            throw preprocessor.refuse(
                    "max_image_size.longest_edge",
                    Integer.toString(tile),
                    "the tower's image_size, " + shape.imageSize());
        }
        int factor = configuration.integer("scale_factor", 1, shape.side());
        if (shape.side() % factor != 0) {
            throw configuration.refuse("scale_factor", Integer.toString(factor), "a divisor of " + shape.side());
        }
        this.splitter = new TileSplitter(longest, tile, preprocessor.flag("do_image_splitting", true));
        this.squeezer = new TileSplitter(longest, tile, false);
        this.tower = new SiglipTower(weights, shape, scale, "model.vision_model.");
        this.connector = new PixelShuffle(
                weights, shape.side(), factor, shape.width(), width, "model.connector.modality_projection.proj");
        this.memories = new WorkspacePool<>(callers, () -> new Memory(tower.new Workspace(), connector.workspace()));
    }

    @Override
    public int imageSize() {
        return tower.shape().imageSize();
    }

    @Override
    public TileGrid split(Picture picture) {
        return splitter.split(picture);
    }

    @Override
    public TileGrid whole(Picture picture) {
        return squeezer.split(picture);
    }

    @Override
    public int tokens() {
        return connector.tokens();
    }

    @Override
    public String placeholder(TileGrid grid, String token) {
        String tile = token.repeat(tokens());
        StringBuilder text = new StringBuilder();
        for (int row = 1; row <= grid.rows(); row++) {
            for (int column = 1; column <= grid.columns(); column++) {
                text.append(FRAME)
                        .append("<row_" + row + "_col_" + column + ">")
                        .append(tile);
            }
            text.append('\n');
        }
        text.append(grid.rows() > 0 ? "\n" : "");
        return text.append(FRAME)
                .append("<global-img>")
                .append(tile)
                .append(FRAME)
                .toString();
    }

    @Override
    public void encode(Picture tile, Rows output, int first, Consumer<Rows> features) {
        Memory memory = memories.acquire();
        try {
            tower.run(tile, memory.tower());
            features.accept(memory.tower().features());
            connector.run(memory.tower().features(), memory.squares(), output, first);
        } finally {
            memories.release(memory);
        }
    }

    @Override
    public void clear() {
        memories.clear();
    }
}
