package dev.psyne.vlm.internal.scenes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Picture;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.KernelChoice;
import dev.psyne.tensor.Rows;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.ModelOptions;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.internal.checkpoint.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The exporter's own results, step by step: pixels, regions, chances, logits, words. */
class GoldenTest {
    private static final double PIXEL_BOUND = 2e-4;
    private static final double BOUND = 1e-3;

    private final JsonNode golden = EmbeddedModel.json("golden/golden.json");
    private final Scheduler scheduler = Scheduler.create(2);

    @TempDir
    private Path folder;

    private SafetensorsFile tensors;

    @BeforeEach
    void map() throws IOException {
        Path file =
                Files.write(folder.resolve("golden.safetensors"), EmbeddedModel.resource("golden/golden.safetensors"));
        tensors = SafetensorsFile.open(file);
    }

    @AfterEach
    void close() {
        tensors.close();
        scheduler.close();
    }

    @Test
    void goldensBelongToTheWeights() {
        try (SceneModel model = SceneModel.load(EmbeddedModel.DIRECTORY, scheduler)) {
            String wanted = golden.get("model").get(WeightReader.FILE).stringValue();
            assertEquals(wanted, model.info().sha256());
        }
    }

    @Test
    void vectorKernelsReproduceEveryCase() {
        try (SceneModel model = load(KernelChoice.VECTOR)) {
            for (JsonNode record : golden.get("cases")) {
                check(model, record);
            }
        }
    }

    @Test
    void scalarKernelsReproduceACase() {
        try (SceneModel model = load(KernelChoice.SCALAR)) {
            check(model, golden.get("cases").get(1));
        }
    }

    private SceneModel load(KernelChoice choice) {
        return SceneModel.load(
                EmbeddedModel.DIRECTORY, scheduler, ModelOptions.standard().withKernels(choice));
    }

    private void check(SceneModel model, JsonNode record) {
        String name = record.get("case").stringValue();
        Picture picture = EmbeddedModel.picture("golden/" + record.get("file").stringValue());
        SceneConfiguration configuration = model.configuration();
        EncoderWorkspace work = new EncoderWorkspace(configuration);
        new PictureInput(configuration.image()).write(picture, work.planes());
        compare(name + ".pixels", work.planes(), PIXEL_BOUND);
        try (Scene scene = model.encode(picture)) {
            compare(name + ".regions", scene.features().regions());
            compare(name + ".chances", scene.features().chances());
            checkLogits(model, scene, record, name + ".logits");
            checkAnswer(model, scene, record);
        }
    }

    private void checkLogits(SceneModel model, Scene scene, JsonNode record, String name) {
        int[] prompt = ids(record.get("prompt"));
        int[] tokens = ids(record.get("tokens"));
        Decoder decoder = model.decoder();
        Decoder.Workspace work = decoder.allocate();
        decoder.begin(scene.prefix(), work);
        decoder.extend(prompt, prompt.length, scene.features(), work);
        Tensor wanted = tensors.tensor(name, ElementType.F32, Shape.of(tokens.length, work.logits().length));
        for (int step = 0; step < tokens.length; step++) {
            if (step > 0) {
                decoder.extend(new int[] {tokens[step - 1]}, 1, scene.features(), work);
            }
            compare(name + " step " + step, wanted.slice(step, 1), work.logits(), BOUND);
        }
    }

    private static void checkAnswer(SceneModel model, Scene scene, JsonNode record) {
        String question = record.get("question").stringValue();
        Answer answer = model.ask(scene, question, Sampling.greedy(), token -> true);
        assertEquals(ids(record.get("prompt")).length, answer.promptTokens());
        if (answer.sure()) {
            assertEquals(record.get("answer").stringValue(), answer.text(), question);
            assertEquals(record.get("confidence").doubleValue(), answer.confidence(), BOUND, question);
        } else {
            assertTrue(answer.text().endsWith(model.configuration().answer().sentence()), answer.text());
        }
    }

    private void compare(String name, Rows found) {
        Tensor wanted = tensors.tensor(name, ElementType.F32, Shape.of(found.capacity(), found.width()));
        compare(name, wanted, found.values(), BOUND);
    }

    private void compare(String name, Tensor found, double bound) {
        float[] values = new float[(int) found.shape().elements()];
        found.copyTo(values, 0);
        compare(name, tensors.tensor(name, ElementType.F32, found.shape()), values, bound);
    }

    private static void compare(String name, Tensor wanted, float[] found, double bound) {
        assertEquals(wanted.shape().elements(), found.length, name);
        double error = 0;
        for (int i = 0; i < found.length; i++) {
            assertTrue(Float.isFinite(found[i]), name);
            error = Math.max(error, Math.abs(wanted.getFloat(i) - found[i]));
        }
        assertTrue(error <= bound, name + ": largest error " + error);
    }

    private static int[] ids(JsonNode array) {
        int[] ids = new int[array.size()];
        Arrays.setAll(ids, i -> array.get(i).intValue());
        return ids;
    }

    @Test
    void tokenizerGivesTheExportersIds() {
        WordTokenizer tokenizer = EmbeddedModel.tokenizer();
        for (JsonNode record : golden.get("texts")) {
            String text = record.get("text").stringValue();
            int[] ids = ids(record.get("ids"));
            assertArrayEquals(ids, tokenizer.encode(text), text);
            assertEquals(record.get("decoded").stringValue(), tokenizer.decode(ids), text);
        }
    }
}
