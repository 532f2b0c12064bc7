package dev.psyne.vlm.internal.vision;

import dev.psyne.image.Picture;

/**
 * Pictures in the middle of black squares, as LLaVA pads them ({@code llava/mm_utils.py}, {@code expand2square}) where the mean
 * colour is black, as FastVLM's is.
 */
final class SquarePadding {
    private SquarePadding() {}

    static Picture apply(Picture picture) {
        int width = picture.width();
        int height = picture.height();
        if (width == height) {
            return picture;
        }
        int edge = Math.max(width, height);
        byte[] square = new byte[Math.multiplyExact(Math.multiplyExact(edge, edge), Picture.CHANNELS)];
        int left = (edge - width) / 2;
        int top = (edge - height) / 2;
        int line = width * Picture.CHANNELS;
        for (int y = 0; y < height; y++) {
            System.arraycopy(picture.rgb(), y * line, square, ((top + y) * edge + left) * Picture.CHANNELS, line);
        }
        return Picture.of(edge, edge, square);
    }
}
