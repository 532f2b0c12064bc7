package dev.psyne.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessorTest {
    private static final float[] MEAN = {0.5f, 0.25f, 0.125f};
    private static final float[] STD = {0.5f, 0.25f, 2f};
    private static final float[] PAD = {255, 127.5f, 0};

    @ParameterizedTest
    @CsvSource({
        "45, 31, 128, 128, 88",
        "31, 45, 128, 88, 128",
        "100, 100, 64, 64, 64",
        "1000, 1, 96, 96, 1",
        "3, 2, 3, 3, 2"
    })
    void theLongerEdgeFillsTheSquare(int width, int height, int size, int boxWidth, int boxHeight) {
        Letterbox letterbox = new Letterbox(size, PAD);
        Picture picture = Picture.of(width, height, new byte[width * height * 3]);
        assertEquals(boxWidth, letterbox.width(picture));
        assertEquals(boxHeight, letterbox.height(picture));
    }

    @Test
    void planesHoldTheCentredPictureBetweenPaddedBars() {
        int size = 32;
        Picture scene = Fixtures.scene();
        Preprocessor preprocessor =
                new Preprocessor(new Letterbox(size, PAD), new Normalization(MEAN, STD), Filter.BILINEAR);
        FloatPicture resized = Resize.resize(scene, 32, 22, Filter.BILINEAR);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment planes = arena.allocate(preprocessor.planesBytes(), 4);
            preprocessor.toPlanes(scene, planes);
            for (int channel = 0; channel < 3; channel++) {
                for (int y = 0; y < size; y++) {
                    for (int x = 0; x < size; x++) {
                        int row = y - 5;
                        float value =
                                row < 0 || row >= 22 ? PAD[channel] : resized.rgb()[(row * size + x) * 3 + channel];
                        assertEquals(
                                (value / 255 - MEAN[channel]) / STD[channel],
                                planes.getAtIndex(ValueLayout.JAVA_FLOAT, (channel * size + y) * size + x),
                                1e-6f);
                    }
                }
            }
        }
    }

    @Test
    void planesMayLieOnTheHeapAndBeUsedAgain() {
        Preprocessor preprocessor =
                new Preprocessor(new Letterbox(8, PAD), new Normalization(MEAN, STD), Filter.BICUBIC);
        float[] fresh = new float[3 * 8 * 8];
        float[] used = new float[3 * 8 * 8];
        preprocessor.toPlanes(Picture.of(4, 4, new byte[48]), MemorySegment.ofArray(used));
        preprocessor.toPlanes(Fixtures.scene(), MemorySegment.ofArray(used));
        preprocessor.toPlanes(Fixtures.scene(), MemorySegment.ofArray(fresh));
        assertEquals(-1, MemorySegment.ofArray(fresh).mismatch(MemorySegment.ofArray(used)));
    }

    @Test
    void wrongArgumentsAreNamed() {
        Preprocessor preprocessor =
                new Preprocessor(new Letterbox(8, PAD), new Normalization(MEAN, STD), Filter.BILINEAR);
        assertEquals(
                "the planes need 768 bytes, not 764",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> preprocessor.toPlanes(Fixtures.scene(), MemorySegment.ofArray(new float[191])))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Letterbox(0, PAD));
        assertThrows(IllegalArgumentException.class, () -> new Letterbox(8, new float[2]));
        assertThrows(IllegalArgumentException.class, () -> new Normalization(MEAN, new float[] {1, 0, 1}));
        assertThrows(IllegalArgumentException.class, () -> new Normalization(new float[] {Float.NaN, 0, 0}, STD));
        assertThrows(IllegalArgumentException.class, () -> Picture.of(2, 2, new byte[11]));
        assertThrows(IllegalArgumentException.class, () -> Picture.of(0, 2, new byte[0]));
    }
}
