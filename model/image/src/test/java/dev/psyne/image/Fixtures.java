package dev.psyne.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The files of src/test/fixtures/images.py: one scene of 45 x 31 pixels in every kind, and Pillow's pixels of them. */
final class Fixtures {
    static final int WIDTH = 45;
    static final int HEIGHT = 31;
    static final ImageDecoder DECODER = new ImageDecoder(ImageLimits.standard());

    private Fixtures() {}

    static byte[] bytes(String name) {
        try (InputStream in = Fixtures.class.getResourceAsStream("/images/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("no fixture " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static MemorySegment file(String name) {
        return MemorySegment.ofArray(bytes(name));
    }

    static Picture decode(String name) {
        return DECODER.decode(file(name));
    }

    static Picture scene() {
        return Picture.of(WIDTH, HEIGHT, bytes("scene.rgb"));
    }

    /** The largest difference of two pictures' bytes. */
    static int worst(byte[] expected, byte[] actual) {
        int worst = 0;
        for (int i = 0; i < expected.length; i++) {
            worst = Math.max(worst, Math.abs((expected[i] & 0xff) - (actual[i] & 0xff)));
        }
        return worst;
    }

    /** The mean difference of two pictures' bytes. */
    static double mean(byte[] expected, byte[] actual) {
        long sum = 0;
        for (int i = 0; i < expected.length; i++) {
            sum += Math.abs((expected[i] & 0xff) - (actual[i] & 0xff));
        }
        return (double) sum / expected.length;
    }

    /** Where the bytes first stand in the file. */
    static int indexOf(byte[] file, byte[] bytes) {
        for (int at = 0; at <= file.length - bytes.length; at++) {
            if (Arrays.equals(file, at, at + bytes.length, bytes, 0, bytes.length)) {
                return at;
            }
        }
        throw new IllegalArgumentException("not in the file");
    }
}
