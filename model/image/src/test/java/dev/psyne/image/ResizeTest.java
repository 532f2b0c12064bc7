package dev.psyne.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResizeTest {
    @ParameterizedTest
    @CsvSource({
        "shrunk-bilinear, 17, 11, BILINEAR",
        "shrunk-bicubic, 17, 11, BICUBIC",
        "grown-bilinear, 61, 50, BILINEAR",
        "grown-bicubic, 61, 50, BICUBIC",
        "mixed-bicubic, 20, 40, BICUBIC"
    })
    void isWithinOneLevelOfPillowInFloat(String name, int width, int height, Filter filter) {
        byte[] expected = Fixtures.bytes(name + ".rgb");
        FloatPicture resized = Resize.resize(Fixtures.scene(), width, height, filter);
        byte[] actual = new byte[expected.length];
        for (int i = 0; i < actual.length; i++) {
            actual[i] = (byte) Math.round(Math.clamp(resized.rgb()[i], 0f, 255f));
        }
        assertTrue(Fixtures.worst(expected, actual) <= 1, () -> "worst " + Fixtures.worst(expected, actual));
        assertTrue(Fixtures.mean(expected, actual) < 0.05, () -> "mean " + Fixtures.mean(expected, actual));
    }

    @Test
    void equalsAPlainReferenceInDoublePrecision() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        for (int round = 0; round < 40; round++) {
            Picture picture = noise(random, random.nextInt(1, 40), random.nextInt(1, 40));
            int width = random.nextInt(1, 50);
            int height = random.nextInt(1, 50);
            Filter filter = round % 2 == 0 ? Filter.BILINEAR : Filter.BICUBIC;
            FloatPicture resized = Resize.resize(picture, width, height, filter);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    for (int channel = 0; channel < 3; channel++) {
                        assertEquals(
                                reference(picture, width, height, filter, x, y, channel),
                                resized.rgb()[(y * width + x) * 3 + channel],
                                1e-3);
                    }
                }
            }
        }
    }

    @Test
    void theSameSizeGivesTheSamePixels() {
        Picture scene = Fixtures.scene();
        for (Filter filter : Filter.values()) {
            float[] rgb =
                    Resize.resize(scene, scene.width(), scene.height(), filter).rgb();
            float[] expected = new float[rgb.length];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = scene.rgb()[i] & 0xff;
            }
            // The zeros of a sinc are zero to within rounding.
            assertArrayEquals(expected, rgb, 1e-10f);
            Picture bytes = Resize.toBytes(scene, scene.width(), scene.height(), filter);
            assertSame(scene, bytes);
        }
    }

    @Test
    void impossibleSizesAreRefused() {
        Picture scene = Fixtures.scene();
        assertThrows(IllegalArgumentException.class, () -> Resize.resize(scene, 0, 5, Filter.BILINEAR));
        assertThrows(IllegalArgumentException.class, () -> Resize.resize(scene, 50_000, 50_000, Filter.BILINEAR));
    }

    static Picture noise(RandomGenerator random, int width, int height) {
        byte[] rgb = new byte[width * height * 3];
        random.nextBytes(rgb);
        return Picture.of(width, height, rgb);
    }

    /** Weighs every input pixel against one output pixel, straight from the definition. */
    private static double reference(Picture picture, int width, int height, Filter filter, int x, int y, int channel) {
        double sum = 0;
        double weights = 0;
        double scaleX = (double) picture.width() / width;
        double scaleY = (double) picture.height() / height;
        for (int row = 0; row < picture.height(); row++) {
            double vertical = weight(filter, row, y, scaleY);
            for (int column = 0; column < picture.width(); column++) {
                double weight = vertical * weight(filter, column, x, scaleX);
                sum += weight * (picture.rgb()[(row * picture.width() + column) * 3 + channel] & 0xff);
                weights += weight;
            }
        }
        return sum / weights;
    }

    private static double weight(Filter filter, int input, int output, double scale) {
        double x = Math.abs(input + 0.5 - (output + 0.5) * scale) / Math.max(scale, 1);
        if (filter == Filter.BILINEAR) {
            return x < 1 ? 1 - x : 0;
        }
        if (x < 1) {
            return 1.5 * x * x * x - 2.5 * x * x + 1;
        }
        return x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2 : 0;
    }
}
