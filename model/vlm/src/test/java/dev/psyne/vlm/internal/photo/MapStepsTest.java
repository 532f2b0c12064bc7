package dev.psyne.vlm.internal.photo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.psyne.tensor.FeatureMap;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MapStepsTest {
    private static FeatureMap random(int height, int width, int channels, int border) {
        Random random = new Random(5);
        FeatureMap map = FeatureMap.allocate(height, width, channels, border);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int channel = 0; channel < channels; channel++) {
                    map.values()[map.index(y, x) + channel] = random.nextFloat() - 2;
                }
            }
        }
        return map;
    }

    @Test
    void poolsWhatIsInsideOnly() {
        FeatureMap input = random(7, 5, 3, 1);
        FeatureMap output = FeatureMap.allocate(4, 3, 3, 2);
        MapSteps.pool(input, new PhotoBlock.Pool("pool", "from", 3, 2, 1), output);
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 3; x++) {
                for (int channel = 0; channel < 3; channel++) {
                    float largest = Float.NEGATIVE_INFINITY;
                    for (int v = Math.max(0, 2 * y - 1); v <= Math.min(6, 2 * y + 1); v++) {
                        for (int u = Math.max(0, 2 * x - 1); u <= Math.min(4, 2 * x + 1); u++) {
                            largest = Math.max(largest, input.values()[input.index(v, u) + channel]);
                        }
                    }
                    assertEquals(largest, output.values()[output.index(y, x) + channel], y + ", " + x);
                }
            }
        }
        assertEquals(0, output.values()[output.index(-1, 0)]);
    }

    @Test
    void growsAndShrinksWithHalfPixelCentres() {
        FeatureMap line = FeatureMap.allocate(1, 2, 1, 1);
        line.values()[line.index(0, 0)] = 4;
        line.values()[line.index(0, 1)] = 8;
        FeatureMap added = FeatureMap.allocate(2, 4, 1, 0);
        Arrays.fill(added.values(), 100);
        FeatureMap grown = FeatureMap.allocate(2, 4, 1, 1);
        MapSteps.resize(line, added, grown);
        float[] wanted = {104, 105, 107, 108};
        for (int x = 0; x < 4; x++) {
            assertEquals(wanted[x], grown.values()[grown.index(0, x)], 1e-4);
            assertEquals(wanted[x], grown.values()[grown.index(1, x)], 1e-4);
        }
        FeatureMap shrunk = FeatureMap.allocate(1, 2, 1, 0);
        MapSteps.resize(grown, FeatureMap.allocate(1, 2, 1, 0), shrunk);
        assertEquals(104.5, shrunk.values()[0], 1e-4);
        assertEquals(107.5, shrunk.values()[1], 1e-4);
    }

    @Test
    void copiesBesideOtherChannels() {
        FeatureMap input = random(3, 2, 2, 1);
        FeatureMap output = FeatureMap.allocate(3, 2, 5, 0);
        MapSteps.copy(input, output, 3);
        assertEquals(input.values()[input.index(2, 1) + 1], output.values()[output.index(2, 1) + 4]);
        assertEquals(0, output.values()[output.index(2, 1) + 2]);
    }
}
