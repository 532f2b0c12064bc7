package dev.psyne.vlm.internal.scenes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Places of words, and of words beside those before them. */
class PlaceFeaturesTest {
    private static final float[] LEFT = {1, 0};
    private static final float[] RIGHT = {0, 1};

    private final SceneFeatures scene = SceneFeatures.allocate(2, 0, 1, 1);
    private final PlaceFeatures features = new PlaceFeatures();

    private float[] write(float[] found) {
        scene.places().values()[0] = 0.25f;
        scene.places().values()[1] = 0.5f;
        scene.places().values()[2] = 0.75f;
        scene.places().values()[3] = 0.5f;
        scene.areas().values()[0] = 0.1f;
        scene.areas().values()[1] = 0.4f;
        float[] result = new float[PlaceFeatures.COUNT];
        features.write(found, found, scene, result, 0);
        return result;
    }

    @Test
    void theFirstWordStandsBesideNothing() {
        float[] first = write(LEFT);
        float area = (float) (Math.log(0.103) / 2);
        assertArrayEquals(new float[] {1, -0.5f, 0, area, 0, 0, 0, 0}, first, 1e-4f);
    }

    @Test
    void aLaterWordIsComparedWithTheOneBefore() {
        write(LEFT);
        float[] second = write(RIGHT);
        float known = 1 / 1.05f;
        assertEquals(Math.tanh(4 * 0.5) * known, second[4], 1e-4);
        assertEquals(0, second[5], 1e-4);
        assertEquals(Math.tanh(Math.log(0.403 / 0.103)) * known, second[6], 1e-4);
        assertEquals(known, second[7], 1e-4);
    }

    @Test
    void aWordThatIsFoundNowhereTellsNothingAndChangesNothing() {
        write(LEFT);
        assertArrayEquals(new float[] {0, 0, 0, 0, 0, 0, 0, 1 / 1.05f}, write(new float[2]), 1e-4f);
        assertEquals(Math.tanh(2) / 1.05, write(RIGHT)[4], 1e-4);
    }

    @Test
    void anotherTextBeginsAnew() {
        write(LEFT);
        features.begin();
        assertEquals(0, write(RIGHT)[7]);
    }
}
