package dev.psyne.node;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.psyne.hypha.NumpyArray;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Pixels of a caller as the file that the rest of the node reads: a PNG (ISO 15948) whose rows are kept as they are, so that
 * one way leads to a model.
 */
final class PixelFile {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int HEADER_BYTES = 13;
    private static final int CHUNK_BYTES = 12;
    private static final byte BITS = 8;
    private static final byte GREY = 0;
    private static final byte COLOUR = 2;
    private static final byte COLOUR_WITH_ALPHA = 6;

    /** A side, and a picture, that no model here is asked about. */
    private static final long MAX_SIDE = 65_535;

    private static final long MAX_BYTES = 256L << 20;

    private PixelFile() {}

    /**
     * The file of an array of {@code uint8} with the shape height, width and 1, 3 or 4 channels, or height and width alone.
     *
     * @throws IllegalArgumentException for another array
     */
    static MemorySegment of(NumpyArray pixels) {
        List<Long> shape = pixels.shape();
        long channels = shape.size() == 3 ? shape.get(2) : shape.size() == 2 ? 1 : 0;
        boolean known = channels == 1 || channels == 3 || channels == 4;
        if (!pixels.type().equals("uint8") || !known || !fits(shape)) {
            throw new IllegalArgumentException("a picture's array is uint8 with the shape height, width, 3 and at most "
                    + MAX_BYTES + " bytes, not " + pixels.type() + " with " + shape);
        }
        int height = Math.toIntExact(shape.get(0));
        int width = Math.toIntExact(shape.get(1));
        byte colour = channels == 1 ? GREY : channels == 3 ? COLOUR : COLOUR_WITH_ALPHA;
        byte[] rows = rows(pixels.data(), height, Math.toIntExact(width * channels));
        ByteBuffer file = ByteBuffer.allocate(SIGNATURE.length + 3 * CHUNK_BYTES + HEADER_BYTES + rows.length);
        file.put(SIGNATURE);
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putInt(width).putInt(height).put(BITS).put(colour);
        chunk(file, "IHDR", header.array());
        chunk(file, "IDAT", rows);
        chunk(file, "IEND", new byte[0]);
        return MemorySegment.ofArray(file.array());
    }

    private static boolean fits(List<Long> shape) {
        long bytes = 1;
        for (long size : shape) {
            bytes *= size;
            if (size < 1 || size > MAX_SIDE || bytes > MAX_BYTES) {
                return false;
            }
        }
        return true;
    }

    /** The rows, each behind the byte that says it is not filtered, in a zlib stream that does not compress. */
    private static byte[] rows(MemorySegment pixels, int height, int rowBytes) {
        byte[] filtered = new byte[Math.addExact(Math.multiplyExact(height, rowBytes), height)];
        for (int y = 0; y < height; y++) {
            MemorySegment.copy(pixels, JAVA_BYTE, (long) y * rowBytes, filtered, y * (rowBytes + 1) + 1, rowBytes);
        }
        try (Deflater deflater = new Deflater(Deflater.NO_COMPRESSION)) {
            deflater.setInput(filtered);
            deflater.finish();
            byte[] stored = new byte[filtered.length + filtered.length / 1000 + 64];
            int length = 0;
            while (!deflater.finished()) {
                length += deflater.deflate(stored, length, stored.length - length);
            }
            return java.util.Arrays.copyOf(stored, length);
        }
    }

    private static void chunk(ByteBuffer file, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 checksum = new CRC32();
        checksum.update(name);
        checksum.update(data);
        file.putInt(data.length).put(name).put(data).putInt((int) checksum.getValue());
    }
}
