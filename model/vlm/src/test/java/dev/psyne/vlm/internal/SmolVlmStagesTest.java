package dev.psyne.vlm.internal;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Picture;
import dev.psyne.image.TileGrid;
import dev.psyne.image.TileSplitter;
import dev.psyne.tensor.KernelChoice;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import dev.psyne.vlm.internal.language.LanguageConfiguration;
import dev.psyne.vlm.internal.language.LanguageModel;
import dev.psyne.vlm.internal.layer.ModelWeights;
import dev.psyne.vlm.internal.vision.PixelScale;
import dev.psyne.vlm.internal.vision.PixelShuffle;
import dev.psyne.vlm.internal.vision.SiglipConfiguration;
import dev.psyne.vlm.internal.vision.SiglipTower;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every stage of SmolVLM against transformers, at the tolerance measured for single precision. */
class SmolVlmStagesTest {
    private static final double FEATURE_BOUND = 5e-5;
    private static final double[] HALF = {0.5, 0.5, 0.5};

    private static Scheduler scheduler;

    @BeforeAll
    static void start() {
        scheduler = Scheduler.create(2);
    }

    @AfterAll
    static void stop() {
        scheduler.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"smolvlm1", "smolvlm2"})
    void everyStageIsThatOfTheReference(String name) {
        try (GoldenCheckpoint golden = new GoldenCheckpoint(name)) {
            ModelWeights weights = new ModelWeights(golden.weights(), Kernels.create(scheduler, KernelChoice.BEST));
            for (String file : List.of("config.json", "config.v5.json")) {
                JsonFields configuration = golden.json(file);
                LanguageConfiguration shape = LanguageConfiguration.parse(configuration.child("text_config"), false);
                LanguageModel language = new LanguageModel(weights, shape, "model.text_model.", "lm_head", 1024);
                SiglipConfiguration vision = SiglipConfiguration.parse(configuration.child("vision_config"));
                SiglipTower tower = new SiglipTower(weights, vision, new PixelScale(HALF, HALF), "model.vision_model.");
                int factor = configuration.integer("scale_factor", 1, 100);
                PixelShuffle connector = new PixelShuffle(
                        weights,
                        vision.side(),
                        factor,
                        vision.width(),
                        shape.width(),
                        "model.connector.modality_projection.proj");
                int imageToken = configuration.integer("image_token_id", 0, shape.vocabulary());
                for (String test : golden.cases()) {
                    Rows pictures = encode(golden, test, tower, connector, shape.width());
                    GoldenAnswer.check(golden, test, language, imageToken, pictures);
                }
            }
        }
    }

    private static Rows encode(
            GoldenCheckpoint golden, String test, SiglipTower tower, PixelShuffle connector, int width) {
        int longest = golden.json("preprocessor_config.json").child("size").integer("longest_edge", 1, 10000);
        TileSplitter splitter = new TileSplitter(longest, tower.shape().imageSize(), golden.splits(test));
        List<Picture> tiles = new ArrayList<>();
        for (Picture picture : golden.pictures(test)) {
            TileGrid grid = splitter.split(picture);
            tiles.addAll(grid.tiles());
        }
        Rows output = Rows.allocate(tiles.size() * connector.tokens(), width);
        if (tiles.isEmpty()) {
            return output;
        }
        golden.assertPixels(test + ".pixel_u8", tiles);
        boolean hasFeatures = golden.has(test + ".vision");
        float[] features = hasFeatures ? golden.floats(test + ".vision") : new float[0];
        SiglipTower.Workspace work = tower.new Workspace();
        Rows squares = connector.workspace();
        int patches = tower.shape().patches();
        for (int tile = 0; tile < tiles.size(); tile++) {
            tower.run(tiles.get(tile), work);
            if (hasFeatures) {
                int first = tile * patches * work.features().width();
                GoldenCheckpoint.assertRows(test + ".vision", features, first, work.features(), patches, FEATURE_BOUND);
            }
            connector.run(work.features(), squares, output, tile * connector.tokens());
        }
        float[] tokens = golden.floats(test + ".connector");
        GoldenCheckpoint.assertRows(test + ".connector", tokens, 0, output, output.capacity(), FEATURE_BOUND);
        return output;
    }
}
