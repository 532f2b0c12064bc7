package dev.psyne.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FeatureMapTest {
    @Test
    void clearsTheBorderAndNothingElse() {
        int floats = FeatureMap.floats(3, 4, 2, 2);
        float[] values = new float[floats + 5];
        Arrays.fill(values, 1);
        FeatureMap map = FeatureMap.over(values, 3, 4, 2, 2);
        map.clearBorder();
        for (int y = -2; y < 5; y++) {
            for (int x = -2; x < 6; x++) {
                boolean isInside = y >= 0 && y < 3 && x >= 0 && x < 4;
                assertEquals(isInside ? 1 : 0, values[map.index(y, x) + 1], y + ", " + x);
            }
        }
        for (int i = floats; i < values.length; i++) {
            assertEquals(1, values[i], "beyond the map");
        }
    }

    @Test
    void refusesAnArrayThatIsTooSmall() {
        float[] values = new float[FeatureMap.floats(3, 4, 2, 1) - 1];
        assertThrows(IllegalArgumentException.class, () -> FeatureMap.over(values, 3, 4, 2, 1));
        assertThrows(IllegalArgumentException.class, () -> FeatureMap.floats(0, 4, 2, 1));
    }
}
