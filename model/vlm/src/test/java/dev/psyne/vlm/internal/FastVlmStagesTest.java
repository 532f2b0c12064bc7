package dev.psyne.vlm.internal;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.CentreCrop;
import dev.psyne.image.Filter;
import dev.psyne.image.Picture;
import dev.psyne.tensor.KernelChoice;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import dev.psyne.vlm.internal.language.LanguageConfiguration;
import dev.psyne.vlm.internal.language.LanguageModel;
import dev.psyne.vlm.internal.layer.ModelWeights;
import dev.psyne.vlm.internal.vision.FastVitConfiguration;
import dev.psyne.vlm.internal.vision.FastVitTower;
import dev.psyne.vlm.internal.vision.PixelScale;
import dev.psyne.vlm.internal.vision.Projector;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every stage of FastVLM against transformers, at the tolerance measured for single precision. */
class FastVlmStagesTest {
    private static final double FEATURE_BOUND = 5e-5;
    private static final PixelScale SCALE = new PixelScale(new double[] {0, 0, 0}, new double[] {1, 1, 1});

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
    @EnumSource(names = {"VECTOR", "SCALAR"})
    void everyStageIsThatOfTheReference(KernelChoice choice) {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("fastvlm")) {
            ModelWeights weights = new ModelWeights(golden.weights(), Kernels.create(scheduler, choice));
            JsonFields configuration = golden.json(choice == KernelChoice.SCALAR ? "config.v5.json" : "config.json");
            LanguageConfiguration shape = LanguageConfiguration.parse(configuration.child("text_config"), true);
            LanguageModel language = new LanguageModel(weights, shape, "model.language_model.", "lm_head", 1024);
            FastVitConfiguration vision = FastVitConfiguration.parse(configuration.child("vision_config"));
            int crop =
                    golden.json("preprocessor_config.json").child("crop_size").integer("height", 1, 10000);
            FastVitTower tower = new FastVitTower(weights, vision, crop, SCALE, "model.vision_tower.timm_model.");
            Projector connector = new Projector(
                    weights,
                    tower.features(),
                    shape.width(),
                    "model.multi_modal_projector.linear_1",
                    "model.multi_modal_projector.linear_2");
            for (String test : golden.cases()) {
                Rows pictures = encode(golden, test, tower, crop, connector, shape.width());
                GoldenAnswer.check(
                        golden,
                        test,
                        language,
                        configuration.integer(
                                configuration.has("image_token_index") ? "image_token_index" : "image_token_id",
                                0,
                                shape.vocabulary()),
                        pictures);
            }
        }
    }

    private static Rows encode(
            GoldenCheckpoint golden, String test, FastVitTower tower, int crop, Projector connector, int width) {
        CentreCrop cut = new CentreCrop(crop, crop, Filter.BICUBIC);
        List<Picture> pictures = golden.pictures(test).stream().map(cut::apply).toList();
        int pixels = tower.side() * tower.side();
        Rows output = Rows.allocate(pictures.size() * pixels, width);
        if (pictures.isEmpty()) {
            return output;
        }
        golden.assertPixels(test + ".pixel_u8", pictures);
        FastVitTower.Workspace work = tower.new Workspace();
        Rows hidden = Rows.allocate(pixels, width);
        for (int picture = 0; picture < pictures.size(); picture++) {
            tower.run(pictures.get(picture), work);
            if (golden.has(test + ".vision")) {
                checkFeatures(golden.floats(test + ".vision"), picture, work.features(), pixels);
            }
            connector.run(pixels, work.features(), hidden, output.from(picture * pixels));
        }
        float[] tokens = golden.floats(test + ".connector");
        GoldenCheckpoint.assertRows(test + ".connector", tokens, 0, output, output.capacity(), FEATURE_BOUND);
        return output;
    }

    /** The golden has its channels first. */
    private static void checkFeatures(float[] golden, int picture, Rows features, int pixels) {
        float[] wanted = new float[pixels * features.width()];
        for (int i = 0; i < wanted.length; i++) {
            int pixel = i / features.width();
            int channel = i % features.width();
            wanted[i] = golden[picture * wanted.length + channel * pixels + pixel];
        }
        GoldenCheckpoint.assertRows("vision", wanted, 0, features, pixels, FEATURE_BOUND);
    }
}
