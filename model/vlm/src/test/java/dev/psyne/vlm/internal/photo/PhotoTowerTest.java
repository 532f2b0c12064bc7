package dev.psyne.vlm.internal.photo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Letterbox;
import dev.psyne.image.Picture;
import dev.psyne.tensor.KernelChoice;
import dev.psyne.tensor.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhotoTowerTest {
    private static final long MOST_WORKSPACE_BYTES = 25_000_000;
    private static final int MOST_THINGS = 16;

    private final Scheduler scheduler = Scheduler.create(2);
    private final PhotoTower tower =
            PhotoTower.load(PhotoFixture.DIRECTORY, Kernels.create(scheduler, KernelChoice.BEST), 1, true);

    @AfterEach
    void close() {
        scheduler.close();
    }

    private static Picture noise(int width, int height) {
        byte[] rgb = new byte[Picture.CHANNELS * width * height];
        new Random(width + height).nextBytes(rgb);
        return Picture.of(width, height, rgb);
    }

    @Test
    void findsTheCat() {
        PhotoThing thing = tower.see(PhotoFixture.picture("chelsea.jpg")).getFirst();
        assertEquals("cat", tower.names().get(thing.name()));
        assertTrue(thing.score() > 0.45, thing.toString());
        assertTrue(thing.box().area() > 0.8, thing.toString());
        assertTrue(thing.colour().red() > thing.colour().blue(), thing.toString());
    }

    @Test
    void knowsEightyKindsAndStaysWithinItsMemory() {
        assertEquals(80, tower.names().size());
        assertTrue(tower.workspaceBytes() <= MOST_WORKSPACE_BYTES, tower.workspaceBytes() + " bytes");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4000, 10", "10, 4000", "416, 416", "1, 700", "37, 53"})
    void looksAtPicturesOfEveryShape(int width, int height) {
        List<PhotoThing> things = tower.see(noise(width, height));
        assertTrue(things.size() <= MOST_THINGS);
        for (PhotoThing thing : things) {
            PhotoThing.Box box = thing.box();
            assertTrue(box.left() >= 0 && box.left() + box.width() <= 1 + 1e-6, box.toString());
            assertTrue(box.top() >= 0 && box.top() + box.height() <= 1 + 1e-6, box.toString());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 0, 0, 416, 416",
        "4000, 10, 0, 207, 416, 1",
        "10, 4000, 207, 0, 1, 416",
        "800, 400, 0, 104, 416, 208",
        "300, 400, 52, 0, 312, 416"
    })
    void standsInTheMiddleOfTheSquare(int width, int height, int left, int top, int wide, int high) {
        PhotoFrame frame = PhotoFrame.of(new Letterbox(416, new float[3]), noise(width, height));
        assertEquals(new PhotoFrame(left, top, wide, high), frame);
    }

    @Test
    void nothingIsLeftOfAnEarlierPicture() {
        Picture cat = PhotoFixture.picture("chelsea.jpg");
        List<PhotoThing> first = tower.see(cat);
        tower.see(noise(50, 400));
        assertEquals(first, tower.see(cat));
    }

    @Test
    void severalThreadsSeeTheSame() throws Exception {
        Picture cat = PhotoFixture.picture("cat.png");
        List<PhotoThing> wanted = tower.see(cat);
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<List<PhotoThing>>> results = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                results.add(threads.submit(() -> tower.see(cat)));
            }
            for (Future<List<PhotoThing>> result : results) {
                assertEquals(wanted, result.get());
            }
        }
    }

    @Test
    void refusesToLookAtNothingAtOnce() {
        Kernels kernels = Kernels.create(scheduler, KernelChoice.SCALAR);
        assertThrows(IllegalArgumentException.class, () -> PhotoTower.load(PhotoFixture.DIRECTORY, kernels, 0, false));
    }
}
