package dev.psyne.vlm.internal.photo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Picture;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.FeatureMap;
import dev.psyne.tensor.KernelChoice;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import dev.psyne.vlm.internal.checkpoint.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** PyTorch's results with the same weights, block by block, and the things it finds. */
class PhotoGoldenTest {
    private static final int MOST_SAMPLES = 1024;

    private final JsonNode golden = PhotoFixture.json("golden.json");
    private final double bound = golden.get("tolerances").get("results").doubleValue();
    private final double thingBound = golden.get("tolerances").get("things").doubleValue();
    private final Scheduler scheduler = Scheduler.create(2);

    @TempDir
    private Path folder;

    private SafetensorsFile tensors;

    @BeforeEach
    void map() throws IOException {
        byte[] bytes = PhotoFixture.resource("golden.safetensors");
        tensors = SafetensorsFile.open(Files.write(folder.resolve("golden.safetensors"), bytes));
    }

    @AfterEach
    void close() {
        tensors.close();
        scheduler.close();
    }

    @Test
    void theBestKernelsReproduceEveryCase() {
        golden.get("cases").forEach(record -> checkStages(record, KernelChoice.BEST));
    }

    @Test
    void vectorKernelsReproduceACase() {
        checkStages(golden.get("cases").get(1), KernelChoice.VECTOR);
    }

    @Test
    void scalarKernelsReproduceACase() {
        checkStages(golden.get("cases").get(1), KernelChoice.SCALAR);
    }

    @Test
    void theSameThingsAreFoundInTheTowersOwnSquare() {
        PhotoTower tower = load(KernelChoice.BEST, 0);
        for (JsonNode record : golden.get("cases")) {
            checkThings(record, "416", tower.see(picture(record)));
        }
    }

    private PhotoTower load(KernelChoice choice, int size) {
        return PhotoTower.load(PhotoFixture.DIRECTORY, Kernels.create(scheduler, choice), 1, true, size);
    }

    private static Picture picture(JsonNode record) {
        return PhotoFixture.picture(record.get("case").stringValue() + ".png");
    }

    private void checkStages(JsonNode record, KernelChoice choice) {
        PhotoTower tower = load(choice, record.get("size").intValue());
        JsonNode shapes = record.get("shapes");
        String prefix = record.get("case").stringValue() + ".";
        AtomicInteger compared = new AtomicInteger();
        List<PhotoThing> things = tower.see(picture(record), (name, result) -> {
            JsonNode shape = shapes.get(name);
            assertEquals(shape.get(0).intValue(), result.height(), name);
            assertEquals(shape.get(1).intValue(), result.width(), name);
            assertEquals(shape.get(2).intValue(), result.channels(), name);
            compare(prefix + name, result);
            compared.incrementAndGet();
        });
        assertEquals(shapes.size(), compared.get());
        checkThings(record, record.get("size").asString(), things);
    }

    private void compare(String name, FeatureMap result) {
        int count = result.height() * result.width() * result.channels();
        int samples = Math.min(count, MOST_SAMPLES);
        long step = count <= MOST_SAMPLES ? 1 : golden.get("step").longValue();
        Tensor wanted = tensors.tensor(name, ElementType.F32, Shape.of(samples));
        double error = 0;
        for (int i = 0; i < samples; i++) {
            int at = (int) (i * step % count);
            int pixel = at / result.channels();
            int index = result.index(pixel / result.width(), pixel % result.width()) + at % result.channels();
            float found = result.values()[index];
            assertTrue(Float.isFinite(found), name);
            error = Math.max(error, Math.abs(wanted.getFloat(i) - found) / Math.max(1, Math.abs(wanted.getFloat(i))));
        }
        assertTrue(error <= bound, name + ": largest error " + error);
    }

    private void checkThings(JsonNode record, String size, List<PhotoThing> found) {
        JsonNode wanted = record.get("things").get(size);
        assertEquals(wanted.size(), found.size(), size);
        for (int i = 0; i < found.size(); i++) {
            PhotoThing thing = found.get(i);
            JsonNode golden = wanted.get(i);
            assertEquals(golden.get("names").size(), thing.guesses().size());
            for (int k = 0; k < thing.guesses().size(); k++) {
                PhotoThing.Guess guess = thing.guesses().get(k);
                assertEquals(golden.get("names").get(k).intValue(), guess.name());
                assertEquals(golden.get("scores").get(k).doubleValue(), guess.probability(), thingBound);
            }
            PhotoThing.Box box = thing.box();
            compare(golden.get("box"), box.left(), box.top(), box.width(), box.height());
            PhotoThing.Colour colour = thing.colour();
            compare(golden.get("colour"), colour.red(), colour.green(), colour.blue());
        }
    }

    private void compare(JsonNode wanted, float... found) {
        assertEquals(wanted.size(), found.length);
        for (int i = 0; i < found.length; i++) {
            assertEquals(wanted.get(i).doubleValue(), found[i], thingBound);
        }
    }
}
