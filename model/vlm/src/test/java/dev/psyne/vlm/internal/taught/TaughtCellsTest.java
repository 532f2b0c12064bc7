package dev.psyne.vlm.internal.taught;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.LessonException;
import dev.psyne.vlm.TaughtThing;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cells of two features, written by hand: what is learned from them, and which of them show it. */
class TaughtCellsTest {
    private static final double HIGH = 0.9;
    private static final double USUAL = 0.86;

    /** A picture of two by two cells whose features point at these angles. */
    private static CellEvidence picture(float[] shown, double... degrees) {
        float[] features = new float[2 * degrees.length];
        for (int i = 0; i < degrees.length; i++) {
            features[2 * i] = (float) Math.cos(Math.toRadians(degrees[i]));
            features[2 * i + 1] = (float) Math.sin(Math.toRadians(degrees[i]));
        }
        return new CellEvidence(2, 2, features, shown, new float[4]);
    }

    private static TaughtThing thing(String name, double threshold) {
        return new TaughtThing(name, 3, Instant.EPOCH, threshold, List.of(new float[] {1, 0}));
    }

    @Test
    void aCellShowsAThingFromItsThresholdOnAndThoseBesideItALittleBelow() {
        float[] all = {1, 1, 1, 1};
        // cosines 1, .94, .87, .5
        CellEvidence picture = picture(all, 0, 20, 30, 60);
        assertArrayEquals(new int[] {0, 0, 0, -1}, TaughtCells.find(picture, List.of(thing("a", HIGH))));
        CellEvidence alone = picture(all, 60, 30, 60, 60);
        assertArrayEquals(new int[] {-1, -1, -1, -1}, TaughtCells.find(alone, List.of(thing("a", HIGH))));
    }

    @Test
    void backgroundAndWhatIsMoreLikeAKnownNameShowNothing() {
        CellEvidence background = picture(new float[] {0.04f, 1, 1, 1}, 0, 90, 90, 90);
        assertArrayEquals(new int[] {-1, -1, -1, -1}, TaughtCells.find(background, List.of(thing("a", HIGH))));
        CellEvidence like = picture(new float[] {1, 1, 1, 1}, 10, 10, 90, 90);
        CellEvidence named = new CellEvidence(2, 2, like.features(), like.shown(), new float[] {0.99f, 0.99f, 0, 0});
        assertArrayEquals(new int[] {0, 0, -1, -1}, TaughtCells.find(like, List.of(thing("a", HIGH))));
        assertArrayEquals(new int[] {-1, -1, -1, -1}, TaughtCells.find(named, List.of(thing("a", HIGH))));
    }

    @Test
    void likenessToAKnownNameSpeaksAgainstIt() {
        CellEvidence plain = picture(new float[] {1, 1, 1, 1}, 0, 0, 90, 90);
        CellEvidence named = new CellEvidence(2, 2, plain.features(), plain.shown(), new float[] {0.5f, 0.5f, 0, 0});
        assertEquals(0, TaughtCells.find(plain, List.of(thing("a", HIGH)))[0]);
        assertEquals(-1, TaughtCells.find(named, List.of(thing("a", HIGH)))[0]);
        assertEquals(0, TaughtCells.find(named, List.of(thing("a", 0.6)))[0]);
    }

    @Test
    void oneCellAmongOthersThatShowSomethingIsNotEnough() {
        CellEvidence among = picture(new float[] {1, 1, 1, 1}, 0, 90, 90, 90);
        CellEvidence alone = picture(new float[] {1, 0, 0, 0}, 0, 90, 90, 90);
        assertEquals(-1, TaughtCells.find(among, List.of(thing("a", HIGH)))[0]);
        assertEquals(0, TaughtCells.find(alone, List.of(thing("a", HIGH)))[0]);
    }

    @Test
    void theThingWhoseThresholdIsPassedMostWins() {
        CellEvidence picture = picture(new float[] {1, 1, 1, 1}, 0, 0, 90, 90);
        assertEquals(1, TaughtCells.find(picture, List.of(thing("a", HIGH), thing("b", 0.8)))[0]);
        assertEquals(-1, TaughtCells.find(picture, List.of())[0]);
    }

    @Test
    void ofSeveralThingsInPicturesTheOneTheyShareIsLearned() {
        float[] two = {1, 0, 0, 1};
        List<CellEvidence> pictures =
                List.of(picture(two, 5, 180, 180, 90), picture(two, 120, 180, 180, 8), picture(two, 6, 180, 180, 250));
        TaughtThing thing = new Lesson(USUAL).learn("a", pictures, Instant.EPOCH);
        assertEquals(3, thing.prototypes().size());
        for (float[] prototype : thing.prototypes()) {
            assertTrue(prototype[0] > 0.98, "near the first axis: " + prototype[0]);
        }
        assertEquals(0.9, thing.threshold(), 0.01);
    }

    @Test
    void aPictureWithoutAThingOrWithAnotherIsNamed() {
        float[] one = {1, 0, 0, 0};
        CellEvidence empty = picture(new float[4], 0, 0, 0, 0);
        CellEvidence good = picture(one, 0, 90, 90, 90);
        CellEvidence odd = picture(one, 90, 90, 90, 90);
        assertEquals(2, refused(List.of(good, good, empty)));
        assertEquals(1, refused(List.of(good, odd, good)));
    }

    private static int refused(List<CellEvidence> pictures) {
        return assertThrows(LessonException.class, () -> new Lesson(USUAL).learn("a", pictures, Instant.EPOCH))
                .picture()
                .orElseThrow();
    }

    @Test
    void touchingCellsHaveOneCentre() {
        int none = TaughtCells.NONE;
        int[] found = {0, 0, none, 1, 0, none, none, 1, none, none, none, none, none, none, none, 0};
        float[] centres = {.4f, .6f, .7f, .2f, .5f, .1f, .1f, .3f, 0, 0, 0, 0, 0, 0, 0, .95f};
        TaughtCells.centre(centres, found, 4);
        assertArrayEquals(new float[] {0, .9f, .7f, 0, 0, .1f, .1f, .9f, 0, 0, 0, 0, 0, 0, 0, .95f}, centres);
    }
}
