package dev.psyne.vlm.internal.vision;

import dev.psyne.image.Picture;
import dev.psyne.vlm.QuestionException;

/**
 * Pictures in the middle of black squares, as LLaVA pads them ({@code llava/mm_utils.py}, {@code expand2square}) where the mean
 * colour is black, as FastVLM's is.
 */
final class SquarePadding {
    /** Longest edge of a picture that is padded, in pixels: the square takes three bytes for each of its own. */
    private static final int MAX_EDGE = 8192;

    private SquarePadding() {}

    static Picture apply(Picture picture) {
        int width = picture.width();
        int height = picture.height();
        if (width == height) {
            return picture;
        }
        int edge = Math.max(width, height);
        if (edge > MAX_EDGE) {
            throw new QuestionException("The picture has " + width + " x " + height
                    + " pixels; this model takes pictures of at most " + MAX_EDGE + " along an edge. Make it smaller.");
        }
        byte[] square = new byte[edge * edge * Picture.CHANNELS];
        int left = (edge - width) / 2;
        int top = (edge - height) / 2;
        int line = width * Picture.CHANNELS;
        for (int y = 0; y < height; y++) {
            System.arraycopy(picture.rgb(), y * line, square, ((top + y) * edge + left) * Picture.CHANNELS, line);
        }
        return Picture.of(edge, edge, square);
    }
}
