package dev.psyne.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "rgb.png",
                "rgba.png",
                "rgb16.png",
                "interlaced.png",
                "lossless.webp",
                "lossless-alpha.webp",
                "orientation-1.png",
                "orientation-2.png",
                "orientation-3.png",
                "orientation-4.png",
                "orientation-5.png",
                "orientation-6.png",
                "orientation-7.png",
                "orientation-8.png",
                "orientation-6.webp"
            })
    void losslessKindsGiveTheSameUprightScene(String name) {
        Picture picture = Fixtures.decode(name);
        assertEquals(Fixtures.WIDTH, picture.width());
        assertEquals(Fixtures.HEIGHT, picture.height());
        assertArrayEquals(Fixtures.bytes("scene.rgb"), picture.rgb());
    }

    @ParameterizedTest
    @ValueSource(strings = {"grey.png", "grey-alpha.png", "palette.png", "palette-alpha.png", "bilevel.png"})
    void greyAndPalettesSpreadToRgbAsPillowDoes(String name) {
        assertArrayEquals(Fixtures.bytes(name + ".rgb"), Fixtures.decode(name).rgb());
    }

    @Test
    void sixteenBitGreyKeepsItsUpperByte() {
        assertArrayEquals(
                Fixtures.bytes("grey.png.rgb"), Fixtures.decode("grey16.png").rgb());
    }

    @ParameterizedTest
    @CsvSource({
        "plain.jpg, 3, 0.3",
        "full-chroma.jpg, 3, 0.3",
        "progressive.jpg, 3, 0.3",
        "grey.jpg, 2, 0.2",
        "cmyk.jpg, 3, 0.3",
        "rgb.jpg, 2, 0.2",
        "portrait.jpg, 3, 0.3"
    })
    void lossyKindsAreCloseToPillow(String name, int worst, double mean) {
        byte[] expected = Fixtures.bytes(name + ".rgb");
        byte[] actual = Fixtures.decode(name).rgb();
        assertEquals(expected.length, actual.length);
        assertTrue(
                Fixtures.worst(expected, actual) <= worst && Fixtures.mean(expected, actual) <= mean,
                () -> name + ": worst " + Fixtures.worst(expected, actual) + ", mean "
                        + Fixtures.mean(expected, actual));
    }

    /** The reader repeats chroma where Pillow blends it, so only brightness can be compared pixel by pixel. */
    @ParameterizedTest
    @ValueSource(strings = {"lossy.webp", "lossy-alpha.webp"})
    void lossyWebpHasTheBrightnessThatPillowSees(String name) {
        byte[] expected = Fixtures.bytes(name + ".rgb");
        byte[] actual = Fixtures.decode(name).rgb();
        double sum = 0;
        for (int i = 0; i < expected.length; i += 3) {
            double difference = Math.abs(luma(expected, i) - luma(actual, i));
            assertTrue(difference < 7, () -> name + " differs by " + difference);
            sum += difference;
        }
        double mean = 3 * sum / expected.length;
        assertTrue(mean < 0.5, () -> "mean " + mean);
    }

    /** A decoder that predicts from filtered pixels drifts away from top to bottom; a gradient shows it. */
    @Test
    void lossyWebpDoesNotDriftDownThePicture() {
        Picture picture = Fixtures.decode("gradient.webp");
        byte[] expected = new byte[picture.rgb().length];
        for (int y = 0, at = 0; y < 120; y++) {
            for (int x = 0; x < 160; x++, at += 3) {
                expected[at] = (byte) (255 * x / 160);
                expected[at + 1] = (byte) (255 * y / 120);
                expected[at + 2] = 127;
            }
        }
        assertTrue(
                Fixtures.mean(expected, picture.rgb()) < 2 && Fixtures.worst(expected, picture.rgb()) < 12,
                () -> "mean " + Fixtures.mean(expected, picture.rgb()) + ", worst "
                        + Fixtures.worst(expected, picture.rgb()));
    }

    private static double luma(byte[] rgb, int at) {
        return 0.299 * (rgb[at] & 0xff) + 0.587 * (rgb[at + 1] & 0xff) + 0.114 * (rgb[at + 2] & 0xff);
    }

    @ParameterizedTest
    @ValueSource(strings = {"orientation-6.jpg", "orientation-6.be.jpg"})
    void jpegOrientationIsReadInBothByteOrders(String name) {
        ImageHeader header = Fixtures.DECODER.header(Fixtures.file(name));
        assertEquals(
                new ImageHeader(ImageFormat.JPEG, /* width= */ Fixtures.HEIGHT, /* height= */ Fixtures.WIDTH, 6),
                header);
        Picture picture = Fixtures.decode(name);
        assertEquals(Fixtures.WIDTH, picture.width());
        assertTrue(Fixtures.mean(Fixtures.bytes("scene.rgb"), picture.rgb()) < 12);
    }

    @Test
    void decodesFromMemoryOutsideTheHeap() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment heap = Fixtures.file("rgb.png");
            MemorySegment file = arena.allocate(heap.byteSize() + 1).asSlice(1);
            file.copyFrom(heap);
            assertArrayEquals(
                    Fixtures.bytes("scene.rgb"), Fixtures.DECODER.decode(file).rgb());
        }
    }

    @Test
    void theFileIsLeftAsItWas() {
        byte[] file = Fixtures.bytes("orientation-6.jpg");
        Fixtures.DECODER.decode(MemorySegment.ofArray(file));
        assertArrayEquals(Fixtures.bytes("orientation-6.jpg"), file);
    }
}
