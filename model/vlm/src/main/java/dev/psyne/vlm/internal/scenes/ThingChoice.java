package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.photo.PhotoThing;
import java.util.List;

/**
 * Which things of the photo tower count. It was trained on photographs and takes a drawing for something else, with a low
 * score: so a thing that is not sure gives way to the drawings that the grid tower sees.
 */
final class ThingChoice {
    private final SceneConfiguration.Photo rule;
    private final int grid;

    ThingChoice(SceneConfiguration.Photo rule, int grid) {
        this.rule = rule;
        this.grid = grid;
    }

    /** Those of {@code seen}, likeliest first, that count beside the cells. */
    List<PhotoThing> of(List<PhotoThing> seen, SceneFeatures cells, PictureFrame frame) {
        boolean[] drawn = drawn(cells);
        boolean hasDrawings = false;
        for (boolean one : drawn) {
            hasDrawings |= one;
        }
        boolean strict = hasDrawings;
        return seen.stream()
                .limit(rule.things())
                .filter(thing -> !strict || thing.score() >= rule.sure())
                .filter(thing -> thing.score() >= rule.certain() || !covers(thing.box(), drawn, cells.places(), frame))
                .toList();
    }

    private boolean[] drawn(SceneFeatures cells) {
        Rows chances = cells.chances();
        boolean[] drawn = new boolean[cells.cells()];
        for (int cell = 0; cell < drawn.length; cell++) {
            int from = chances.index(cell);
            for (int i = from; i < from + chances.width(); i++) {
                drawn[cell] |= chances.values()[i] >= rule.drawn();
            }
        }
        return drawn;
    }

    /** Whether a cell that shows a drawing has its centre in the box, or the box's centre in it. */
    private boolean covers(PhotoThing.Box box, boolean[] drawn, Rows places, PictureFrame frame) {
        float x = box.left() + box.width() / 2;
        float y = box.top() + box.height() / 2;
        boolean covers = drawn[frame.row(y, grid) * grid + frame.column(x, grid)];
        for (int cell = 0; cell < drawn.length; cell++) {
            int place = places.index(cell);
            boolean isInside = Math.abs(places.values()[place] - x) <= box.width() / 2
                    && Math.abs(places.values()[place + 1] - y) <= box.height() / 2;
            covers |= drawn[cell] && isInside;
        }
        return covers;
    }
}
