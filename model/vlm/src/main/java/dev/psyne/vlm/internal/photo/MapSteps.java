package dev.psyne.vlm.internal.photo;

import dev.psyne.tensor.FeatureMap;
import java.util.Arrays;

/** What the net does with maps beside convolutions: inner loops over the channels of a pixel, which the compiler widens. */
final class MapSteps {
    private MapSteps() {}

    /** The largest value of each channel in windows over a map; what is outside does not count. */
    static void pool(FeatureMap input, PhotoBlock.Pool shape, FeatureMap output) {
        int channels = input.channels();
        float[] line = new float[input.width() * channels];
        for (int y = 0; y < output.height(); y++) {
            int top = y * shape.stride() - shape.padding();
            Arrays.fill(line, Float.NEGATIVE_INFINITY);
            for (int v = Math.max(0, top); v < Math.min(input.height(), top + shape.kernel()); v++) {
                largest(input.values(), input.index(v, 0), line, 0, line.length);
            }
            for (int x = 0; x < output.width(); x++) {
                int left = x * shape.stride() - shape.padding();
                int target = output.index(y, x);
                Arrays.fill(output.values(), target, target + channels, Float.NEGATIVE_INFINITY);
                for (int u = Math.max(0, left); u < Math.min(input.width(), left + shape.kernel()); u++) {
                    largest(line, u * channels, output.values(), target, channels);
                }
            }
        }
    }

    private static void largest(float[] values, int from, float[] results, int to, int count) {
        for (int i = 0; i < count; i++) {
            results[to + i] = Math.max(results[to + i], values[from + i]);
        }
    }

    /** Puts the channels of a map into those of another, from one on. */
    static void copy(FeatureMap input, FeatureMap output, int firstChannel) {
        for (int y = 0; y < output.height(); y++) {
            for (int x = 0; x < output.width(); x++) {
                System.arraycopy(
                        input.values(),
                        input.index(y, x),
                        output.values(),
                        output.index(y, x) + firstChannel,
                        input.channels());
            }
        }
    }

    /** {@code added} plus {@code input} brought to its size, linearly with half-pixel centres and edges that go on. */
    static void resize(FeatureMap input, FeatureMap added, FeatureMap output) {
        for (int y = 0; y < output.height(); y++) {
            float sourceY = centre(y, input.height(), output.height());
            int top = (int) sourceY;
            int bottom = Math.min(top + 1, input.height() - 1);
            for (int x = 0; x < output.width(); x++) {
                float sourceX = centre(x, input.width(), output.width());
                int left = (int) sourceX;
                int right = Math.min(left + 1, input.width() - 1);
                int target = output.index(y, x);
                System.arraycopy(added.values(), added.index(y, x), output.values(), target, output.channels());
                float down = sourceY - top;
                float along = sourceX - left;
                add(input, input.index(top, left), (1 - down) * (1 - along), output, target);
                add(input, input.index(top, right), (1 - down) * along, output, target);
                add(input, input.index(bottom, left), down * (1 - along), output, target);
                add(input, input.index(bottom, right), down * along, output, target);
            }
        }
    }

    /** Where a pixel of the result has its centre in the source. */
    private static float centre(int at, int size, int resultSize) {
        return Math.max(0, (at + 0.5f) * size / resultSize - 0.5f);
    }

    private static void add(FeatureMap input, int from, float factor, FeatureMap output, int to) {
        float[] values = input.values();
        float[] results = output.values();
        for (int i = 0; i < output.channels(); i++) {
            results[to + i] += factor * values[from + i];
        }
    }
}
