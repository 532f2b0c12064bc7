package dev.psyne.vlm.internal.photo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.tensor.FeatureMap;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LevelDecoderTest {
    private static final int CAT = 15;
    private static final int DOG = 16;
    private static final int STRIDE = 16;

    /** So much likelier than the others that the others do not count. */
    private static final float CERTAIN = 60;

    private final PhotoConfiguration configuration =
            PhotoConfiguration.parse(JsonFields.read(PhotoFixture.DIRECTORY.resolve(PhotoConfiguration.FILE)));
    private final PhotoFrame square = new PhotoFrame(0, 0, 64, 64);
    private final FeatureMap level = FeatureMap.allocate(4, 4, configuration.cellValues(), 0);

    LevelDecoderTest() {
        Arrays.fill(level.values(), -10);
    }

    /** A cell whose sides are certain to be so many strides from its centre. */
    private void put(int y, int x, int name, float logit, int left, int top, int right, int bottom) {
        int cell = level.index(y, x);
        level.values()[cell + name] = logit;
        int[] sides = {left, top, right, bottom};
        for (int side = 0; side < sides.length; side++) {
            level.values()[cell + configuration.names().size() + side * configuration.bins() + sides[side]] = CERTAIN;
        }
    }

    private List<Candidate> decode(PhotoFrame frame) {
        List<Candidate> candidates = new ArrayList<>();
        new LevelDecoder(configuration).decode(level, STRIDE, frame, candidates);
        return candidates;
    }

    @Test
    void tellsABoxByItsDistancesFromTheCellsCentre() {
        put(1, 2, CAT, 1, 1, 0, 1, 2);
        Candidate found = decode(square).getFirst();
        assertEquals(CAT, found.name());
        assertEquals(1 / (1 + Math.exp(-1)), found.score(), 1e-6);
        assertArrayEquals(new float[] {24, 24, 56, 56}, found.edges(), 1e-4f);
    }

    @Test
    void takesTheExpectationOfADistance() {
        put(2, 2, CAT, 1, 0, 0, 1, 1);
        int left = level.index(2, 2) + configuration.names().size();
        level.values()[left + 1] = CERTAIN;
        assertEquals(40 - 8, decode(square).getFirst().edges()[0], 1e-3f);
    }

    @Test
    void leavesOutWhatIsNotLikelyEnough() {
        double score = configuration.decode().score();
        float logit = (float) Math.log(score / (1 - score));
        put(0, 0, CAT, logit - 0.01f, 0, 0, 1, 1);
        put(3, 3, DOG, logit + 0.01f, 1, 1, 0, 0);
        List<Candidate> found = decode(square);
        assertEquals(1, found.size());
        assertEquals(DOG, found.getFirst().name());
    }

    @Test
    void cutsBoxesAtThePictureAndDropsThoseOutside() {
        PhotoFrame wide = new PhotoFrame(0, 16, 64, 32);
        put(1, 1, CAT, 2, 10, 10, 10, 10);
        put(0, 3, DOG, 2, 0, 0, 0, 0);
        put(3, 0, DOG, 2, 1, 0, 1, 1);
        List<Candidate> found = decode(wide);
        assertEquals(1, found.size());
        assertArrayEquals(new float[] {0, 0, 64, 32}, found.getFirst().edges(), 1e-4f);
    }

    @Test
    void aValueThatIsNoNumberIsNoThing() {
        Arrays.fill(level.values(), Float.NaN);
        assertTrue(decode(square).isEmpty());
    }
}
