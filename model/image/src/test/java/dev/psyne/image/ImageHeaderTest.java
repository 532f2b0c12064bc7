package dev.psyne.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageHeaderTest {
    @ParameterizedTest
    @CsvSource({
        "rgb.png, PNG, 1",
        "orientation-8.png, PNG, 8",
        "plain.jpg, JPEG, 1",
        "orientation-6.jpg, JPEG, 6",
        "lossy.webp, WEBP, 1",
        "lossy-alpha.webp, WEBP, 1",
        "lossless.webp, WEBP, 1",
        "orientation-6.webp, WEBP, 6"
    })
    void saysFormatSizeAndOrientation(String name, ImageFormat format, int orientation) {
        ImageHeader header = Fixtures.DECODER.header(Fixtures.file(name));
        assertEquals(format, header.format());
        assertEquals(orientation, header.orientation());
        assertEquals(Fixtures.WIDTH, header.uprightWidth());
        assertEquals(Fixtures.HEIGHT, header.uprightHeight());
        assertEquals(45 * 31 * 3, header.decodedBytes());
    }

    @Test
    void aPixelBombIsRefusedFromItsHeader() {
        MemorySegment bomb = png(8000, 5000);
        ImageTooLargeException refused =
                assertThrows(ImageTooLargeException.class, () -> Fixtures.DECODER.header(bomb));
        assertEquals(
                "This image is 8000 x 5000, 40.0 million pixels, and the limit is 16.0 million: scale it down.",
                refused.getMessage());
        assertThrows(ImageTooLargeException.class, () -> Fixtures.DECODER.decode(bomb));
    }

    @Test
    void sizesThatOverflowAnIntAreRefused() {
        assertThrows(
                ImageTooLargeException.class, () -> Fixtures.DECODER.header(png(Integer.MAX_VALUE, Integer.MAX_VALUE)));
        assertThrows(BrokenImageException.class, () -> Fixtures.DECODER.header(png(-1, 5)));
        assertThrows(BrokenImageException.class, () -> Fixtures.DECODER.header(png(0, 5)));
    }

    @Test
    void aLongEdgeIsRefused() {
        ImageTooLargeException refused =
                assertThrows(ImageTooLargeException.class, () -> Fixtures.DECODER.header(png(20_000, 2)));
        assertEquals(
                "This image is 20000 x 2 and the longest edge may have 16384 pixels: scale it down.",
                refused.getMessage());
    }

    @Test
    void aLargeFileIsRefusedUnread() {
        ImageTooLargeException refused = assertThrows(
                ImageTooLargeException.class,
                () -> Fixtures.DECODER.header(MemorySegment.ofArray(new byte[20_000_001])));
        assertEquals("This image file has 20.0 MB and the limit is 20.0 MB: save it smaller.", refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "474946383961, GIF",
        "424d3a000000, BMP",
        "3c73766720786d6c, SVG",
        "3c3f786d6c2076, SVG",
        "49492a0008000000, TIFF",
        "000000206674797061766966, AVIF",
        "000000206674797068656963, HEIC",
        "255044462d312e37, PDF"
    })
    void otherFormatsAreRefusedByName(String start, String name) {
        byte[] file = Arrays.copyOf(HexFormat.of().parseHex(start), 64);
        UnsupportedImageException refused = assertThrows(
                UnsupportedImageException.class, () -> Fixtures.DECODER.header(MemorySegment.ofArray(file)));
        assertEquals(
                name + " files are not read; PNG, JPEG and WebP work: save it as one of them.", refused.getMessage());
    }

    @Test
    void whatIsNoImageIsRefused() {
        byte[] text = "hello, world".getBytes(StandardCharsets.UTF_8);
        assertEquals(
                "This is not an image that can be read; PNG, JPEG and WebP work.",
                assertThrows(
                                UnsupportedImageException.class,
                                () -> Fixtures.DECODER.decode(MemorySegment.ofArray(text)))
                        .getMessage());
        assertEquals(
                "This image file is empty: send a PNG, JPEG or WebP file.",
                assertThrows(
                                UnsupportedImageException.class,
                                () -> Fixtures.DECODER.decode(MemorySegment.ofArray(new byte[0])))
                        .getMessage());
    }

    @Test
    void animatedWebpIsRefusedWithAWayOut() {
        UnsupportedImageException refused =
                assertThrows(UnsupportedImageException.class, () -> Fixtures.decode("animation.webp"));
        assertEquals("This WebP is an animation: save one frame as PNG, JPEG or WebP.", refused.getMessage());
    }

    @Test
    void jpegCodingsThatCannotBeReadAreRefused() {
        byte[] file = Fixtures.bytes("plain.jpg");
        int frame = Fixtures.indexOf(file, new byte[] {(byte) 0xff, (byte) 0xc0});
        file[frame + 1] = (byte) 0xc9;
        assertThrows(UnsupportedImageException.class, () -> Fixtures.DECODER.decode(MemorySegment.ofArray(file)));
    }

    @Test
    void limitsAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> new ImageLimits(0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new ImageLimits(1, 1L << 30, 1));
        assertThrows(IllegalArgumentException.class, () -> new ImageLimits(1, 1, 0));
    }

    private static MemorySegment png(int width, int height) {
        return MemorySegment.ofArray(ByteBuffer.allocate(45)
                .put(PngContainer.SIGNATURE.getBytes(StandardCharsets.ISO_8859_1))
                .putInt(13)
                .put("IHDR".getBytes(StandardCharsets.ISO_8859_1))
                .putInt(width)
                .putInt(height)
                .array());
    }
}
