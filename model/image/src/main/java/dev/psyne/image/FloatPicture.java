package dev.psyne.image;

/**
 * A resampled picture: F32 on the scale 0 to 255, not rounded and not clamped (bicubic overshoots at edges).
 *
 * @param width columns
 * @param height rows
 * @param rgb interleaved, row by row from the top left, {@code width * height * 3} values; not copied
 */
// An array compares by identity, which is what two pictures of this size should do.
@SuppressWarnings("ArrayRecordComponent")
public record FloatPicture(int width, int height, float[] rgb) {
    /** Checks that the values fill the picture. */
    public FloatPicture {
        if (width < 1 || height < 1 || (long) width * height * Picture.CHANNELS != rgb.length) {
            throw new IllegalArgumentException(
                    width + " x " + height + " pixels do not hold " + rgb.length + " values");
        }
    }
}
