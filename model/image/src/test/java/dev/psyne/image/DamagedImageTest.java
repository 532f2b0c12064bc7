package dev.psyne.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that were cut, flipped or spliced: an {@link ImageException} or a picture, never anything else. */
class DamagedImageTest {
    private static final long SEED = 20_260_101;
    private static final int HEADER_MUTATIONS = 10_000;
    private static final int PIXEL_MUTATIONS = 150;
    /** Small enough that a flipped size does not turn a fixture into megabytes of empty pixels. */
    private static final ImageDecoder CAUTIOUS = new ImageDecoder(new ImageLimits(100_000, 200_000, 4_096));

    @ParameterizedTest
    @CsvSource({
        "rgb.png, PNG",
        "interlaced.png, PNG",
        "palette.png, PNG",
        "plain.jpg, JPEG",
        "progressive.jpg, JPEG",
        "orientation-6.jpg, JPEG",
        "lossy.webp, WebP",
        "lossy-alpha.webp, WebP",
        "lossless.webp, WebP"
    })
    void everyCutIsSeen(String name, String label) {
        byte[] whole = Fixtures.bytes(name);
        for (int length = 16; length < whole.length - 1; length++) {
            MemorySegment cut = MemorySegment.ofArray(Arrays.copyOf(whole, length));
            BrokenImageException broken = assertThrows(
                    BrokenImageException.class, () -> Fixtures.DECODER.decode(cut), name + " cut to " + length);
            assertEquals(
                    "This " + label + " file ends before its image does: it was cut off; send the whole file.",
                    broken.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"rgb.png", "orientation-6.png", "orientation-6.jpg", "lossy-alpha.webp", "orientation-6.webp"})
    void theHeaderOfAnyMutationIsReadOrRefused(String name) {
        byte[] whole = Fixtures.bytes(name);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        for (int i = 0; i < HEADER_MUTATIONS; i++) {
            check(mutate(whole, random), false, name, i);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rgb.png",
                "rgba.png",
                "grey16.png",
                "interlaced.png",
                "palette-alpha.png",
                "bilevel.png",
                "plain.jpg",
                "progressive.jpg",
                "cmyk.jpg",
                "lossy.webp",
                "lossless.webp",
                "lossless-alpha.webp"
            })
    void thePixelsOfAnyMutationAreDecodedOrRefused(String name) {
        byte[] whole = Fixtures.bytes(name);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        for (int i = 0; i < PIXEL_MUTATIONS; i++) {
            check(mutate(whole, random), true, name, i);
        }
    }

    @Test
    void aJpegWithAThousandScansIsRefused() {
        byte[] file = Fixtures.bytes("progressive.jpg");
        int scan = Fixtures.indexOf(file, new byte[] {(byte) 0xff, (byte) 0xda});
        int end = file.length - 2;
        ByteBuffer many = ByteBuffer.allocate(file.length + 1000 * (end - scan)).put(file, 0, end);
        for (int i = 0; i < 1000; i++) {
            many.put(file, scan, end - scan);
        }
        many.put(file, end, 2);
        BrokenImageException refused = assertThrows(
                BrokenImageException.class, () -> Fixtures.DECODER.decode(MemorySegment.ofArray(many.array())));
        assertEquals("This JPEG file is damaged (it has more than 100 scans); save it again.", refused.getMessage());
    }

    @Test
    void aPngWhosePixelsAreMissingIsRefused() {
        byte[] file = Fixtures.bytes("rgb.png");
        file[Fixtures.indexOf(file, new byte[] {'I', 'D', 'A', 'T'})] = 'i';
        BrokenImageException refused =
                assertThrows(BrokenImageException.class, () -> Fixtures.DECODER.decode(MemorySegment.ofArray(file)));
        assertEquals(
                "The pixels of this PNG file cannot be decoded: it is damaged; save it again.", refused.getMessage());
    }

    private static void check(byte[] file, boolean pixels, String name, int round) {
        MemorySegment segment = MemorySegment.ofArray(file);
        try {
            if (pixels) {
                CAUTIOUS.decode(segment);
            } else {
                CAUTIOUS.header(segment);
            }
        } catch (ImageException expected) {
            assertEquals(1, String.valueOf(expected.getMessage()).lines().count());
        } catch (RuntimeException | Error e) {
            fail(name + ", seed " + SEED + ", mutation " + round, e);
        }
    }

    private static byte[] mutate(byte[] whole, RandomGenerator random) {
        byte[] file = Arrays.copyOf(whole, random.nextInt(8) == 0 ? random.nextInt(whole.length) : whole.length);
        for (int changes = random.nextInt(1, 5); changes > 0 && file.length > 0; changes--) {
            // Most headers stand in front: half of the changes do too.
            int at = random.nextInt(random.nextBoolean() ? file.length : Math.min(64, file.length));
            file[at] = switch (random.nextInt(4)) {
                case 0 -> (byte) random.nextInt();
                case 1 -> (byte) 0xff;
                case 2 -> 0;
                default -> (byte) (file[at] ^ 1 << random.nextInt(8));
            };
        }
        return file;
    }
}
