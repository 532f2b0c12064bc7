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
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The exporter's own results, step by step, of pictures with and without photographed things. */
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
        compare(name + ".pixels", everyOther(work.planes()), PIXEL_BOUND);
        try (Scene scene = model.encode(picture, EmbeddedModel.things(record.get("things")))) {
            SceneFeatures features = scene.features();
            assertEquals(record.get("counted").intValue(), features.things(), name);
            compare(name + ".regions", features.regions());
            compare(name + ".chances", features.chances());
            compareVector(name + ".centres", features.centres());
            compare(name + ".places", features.places());
            compareVector(name + ".areas", features.areas());
            checkText(model, features, record, name);
            checkLogits(model, scene, record, name + ".logits");
            checkAnswer(model, scene, record);
        }
    }

    /** The sampled pixels that the fixture holds. */
    private Tensor everyOther(Tensor planes) {
        int stride = golden.get("pixelStride").intValue();
        int size = planes.shape().dimension(1);
        int samples = (size + stride - 1) / stride;
        float[] values = new float[Picture.CHANNELS * samples * samples];
        int at = 0;
        for (int channel = 0; channel < Picture.CHANNELS; channel++) {
            for (int y = 0; y < size; y += stride) {
                for (int x = 0; x < size; x += stride) {
                    values[at++] = planes.getFloat(((long) channel * size + y) * size + x);
                }
            }
        }
        Shape shape = Shape.of(Picture.CHANNELS, samples, samples);
        return Tensor.of(MemorySegment.ofArray(values), ElementType.F32, shape);
    }

    private void checkText(SceneModel model, SceneFeatures features, JsonNode record, String name) {
        int[] tokens = IntStream.concat(
                        Arrays.stream(ids(record.get("prompt"))),
                        Arrays.stream(ids(record.get("tokens")))
                                .limit(record.get("tokens").size() - 1))
                .toArray();
        int count = features.count();
        float[] match = new float[count];
        float[] clue = new float[count];
        Rows matches = Rows.allocate(tokens.length, count);
        Rows clues = Rows.allocate(tokens.length, count);
        NameMatch.Workspace names = model.names().allocate();
        for (int i = 0; i < tokens.length; i++) {
            model.names().match(tokens[i], features, names, match, clue);
            System.arraycopy(match, 0, matches.values(), matches.index(i), count);
            System.arraycopy(clue, 0, clues.values(), clues.index(i), count);
        }
        compare(name + ".match", matches);
        compare(name + ".clue", clues);
        TextInput input = model.decoder().input();
        TextInput.Workspace work =
                input.allocate(tokens.length, model.configuration().mostRegions());
        work.begin();
        Rows x = Rows.allocate(tokens.length, model.configuration().decoder().width());
        input.write(tokens, tokens.length, 0, features, work, x);
        compare(name + ".text", x);
    }

    private void checkLogits(SceneModel model, Scene scene, JsonNode record, String name) {
        int[] prompt = ids(record.get("prompt"));
        int[] tokens = ids(record.get("tokens"));
        Decoder decoder = model.decoder();
        Decoder.Workspace work = decoder.allocate();
        decoder.begin(scene.prefix(), scene.features(), work);
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

    private void compareVector(String name, Rows found) {
        compare(name, tensors.tensor(name, ElementType.F32, Shape.of(found.width())), found.values(), BOUND);
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
