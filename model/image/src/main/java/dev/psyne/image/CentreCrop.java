package dev.psyne.image;

/**
 * Brings the shorter edge of a picture to a length and cuts a square from its middle, as the image processor of CLIP does
 * (transformers, {@code image_processing_clip_fast.py}). The ends of long pictures are lost.
 *
 * @param shortestEdge of the picture before it is cut, in pixels
 * @param crop edge of the square in pixels, at most the shortest edge
 * @param filter to resize with; the result is rounded to bytes
 */
public record CentreCrop(int shortestEdge, int crop, Filter filter) {
    /** Checks the sizes. */
    public CentreCrop {
        if (crop < 1 || crop > shortestEdge || shortestEdge > TileSplitter.MAX_EDGE) {
            throw new IllegalArgumentException("a square of " + crop + " from a shortest edge of " + shortestEdge
                    + " pixels: it must be 1 to " + TileSplitter.MAX_EDGE + ", and no less than the square");
        }
    }

    /** The square of a picture. */
    public Picture apply(Picture picture) {
        int width = shortestEdge;
        int height = shortestEdge;
        if (picture.height() <= picture.width()) {
            width = edge(picture.width(), picture.height());
        } else {
            height = edge(picture.height(), picture.width());
        }
        Picture sized = Resize.toBytes(picture, width, height, filter);
        return sized.crop((width - crop) / 2, (height - crop) / 2, crop, crop);
    }

    private int edge(int longer, int shorter) {
        return (int) Math.min((long) shortestEdge * longer / shorter, Integer.MAX_VALUE);
    }
}
