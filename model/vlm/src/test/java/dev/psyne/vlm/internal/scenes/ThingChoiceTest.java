package dev.psyne.vlm.internal.scenes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.psyne.vlm.internal.photo.PhotoThing;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a thing of the photo tower gives way to a drawing. */
class ThingChoiceTest {
    private static final int GRID = 4;
    private static final SceneConfiguration.Photo RULE =
            new SceneConfiguration.Photo(List.of(0), 3, 1, 1, 0.4, 0.6, 0.5);

    /** A picture twice as wide as high: its two middle rows of cells show it. */
    private static final PictureFrame WIDE = new PictureFrame(0, 0.25f, 1, 0.5f);

    private final ThingChoice choice = new ThingChoice(RULE, GRID);
    private final SceneFeatures cells = cells();

    private static SceneFeatures cells() {
        SceneFeatures cells = SceneFeatures.allocate(GRID * GRID, 0, 1, 2);
        for (int cell = 0; cell < GRID * GRID; cell++) {
            int place = cells.places().index(cell);
            cells.places().values()[place] = WIDE.x((cell % GRID + 0.5f) / GRID);
            cells.places().values()[place + 1] = WIDE.y((cell / GRID + 0.5f) / GRID);
        }
        return cells;
    }

    private void draw(int column, int row, float chance) {
        cells.chances().values()[cells.chances().index(row * GRID + column) + 1] = chance;
    }

    private static PhotoThing thing(double score, double left, double top, double width, double height) {
        return new PhotoThing(
                List.of(new PhotoThing.Guess(0, (float) score)),
                new PhotoThing.Box((float) left, (float) top, (float) width, (float) height),
                new PhotoThing.Colour(0, 0, 0));
    }

    private void assertCounted(boolean counts, PhotoThing thing) {
        assertEquals(counts ? List.of(thing) : List.of(), choice.of(List.of(thing), cells, WIDE));
    }

    @Test
    void allCountWhereNothingIsDrawn() {
        draw(0, 1, 0.49f);
        assertCounted(true, thing(0.1, 0, 0, 1, 1));
    }

    @Test
    void oneThatIsNotSureDoesNotCountBesideAnyDrawing() {
        draw(3, 1, 0.5f);
        assertCounted(false, thing(0.39, 0, 0, 0.2, 0.2));
        assertCounted(true, thing(0.4, 0, 0, 0.2, 0.2));
    }

    @Test
    void oneThatIsNotCertainDoesNotCountOnADrawing() {
        draw(2, 2, 0.9f);
        assertCounted(false, thing(0.59, 0.5, 0.5, 0.3, 0.5));
        assertCounted(true, thing(0.6, 0.5, 0.5, 0.3, 0.5));
        assertCounted(true, thing(0.59, 0, 0, 0.3, 0.5));
    }

    @Test
    void theCellUnderTheCentreCountsHoweverSmallTheBox() {
        draw(3, 2, 0.9f);
        assertCounted(false, thing(0.5, 0.98, 0.98, 0.01, 0.01));
        assertCounted(true, thing(0.5, 0.7, 0.98, 0.01, 0.01));
    }

    @Test
    void thereAreNoMoreThanSaid() {
        PhotoThing thing = thing(0.9, 0, 0, 0.1, 0.1);
        assertEquals(
                3, choice.of(List.of(thing, thing, thing, thing), cells, WIDE).size());
    }
}
