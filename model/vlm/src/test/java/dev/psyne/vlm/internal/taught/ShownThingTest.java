package dev.psyne.vlm.internal.taught;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShownThingTest {
    /** A field of 3 by 3 cells that show something as far as is said. */
    private static List<ShownThing> shown(float... chances) {
        float[] features = new float[chances.length];
        Arrays.fill(features, 1);
        return ShownThing.of(new CellEvidence(3, 1, features, chances, new float[chances.length]));
    }

    @Test
    void cellsThatTouchAreOneThingAndTheLargestComesFirst() {
        List<ShownThing> things = shown(0.9f, 0, 0.8f, 0, 0, 0.6f, 0, 0, 0.4f);
        assertEquals(List.of(2, 5), things.getFirst().cells());
        assertEquals(List.of(0), things.getLast().cells());
        assertEquals(2, things.size());
    }

    @Test
    void whereNoCellIsSureThoseHalfAsSureAsTheSurestShowTheThing() {
        List<ShownThing> things = shown(0, 0, 0, 0, 0.3f, 0.16f, 0, 0, 0.14f);
        assertEquals(List.of(4, 5), things.getFirst().cells());
        assertEquals(1, things.size());
    }

    @Test
    void aPictureWithoutAnythingShowsNothing() {
        assertEquals(List.of(), shown(0.09f, 0, 0.05f, 0, 0, 0, 0, 0, 0));
    }
}
