package dev.psyne.image;

/**
 * What the first bytes of a file say about the picture in it.
 *
 * @param format the file format
 * @param width columns as stored, before {@code orientation} is applied
 * @param height rows as stored
 * @param orientation how the stored rows stand, 1 (upright) to 8, as EXIF 2.32 tag 0x0112 numbers it
 */
public record ImageHeader(ImageFormat format, int width, int height, int orientation) {
    /** The first orientation that exchanges rows and columns. */
    private static final int FIRST_TURNED = 5;

    /** Bytes of the decoded {@link Picture}: 3 a pixel. */
    public long decodedBytes() {
        return (long) width * height * Picture.CHANNELS;
    }

    /** Columns of the decoded, upright picture. */
    public int uprightWidth() {
        return orientation >= FIRST_TURNED ? height : width;
    }

    /** Rows of the decoded, upright picture. */
    public int uprightHeight() {
        return orientation >= FIRST_TURNED ? width : height;
    }
}
