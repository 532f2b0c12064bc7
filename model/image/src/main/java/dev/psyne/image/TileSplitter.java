package dev.psyne.image;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts pictures into square tiles as the image processors of Idefics3 and SmolVLM do (transformers,
 * {@code image_processing_idefics3_fast.py}): the longer edge is brought to a length, both edges up to multiples of the
 * tile, then the picture is cut, and the whole of it squashed to one tile follows. Every resize is Lanczos' and rounded to
 * bytes.
 *
 * @param longestEdge of the picture before it is cut, in pixels
 * @param tile edge of a tile in pixels
 * @param splits whether it is cut at all; otherwise the whole picture is squashed to one tile
 */
public record TileSplitter(int longestEdge, int tile, boolean splits) {
    /** Longest edge a picture may be brought to. */
    public static final int MAX_EDGE = 1 << 13;

    /** Checks the sizes. */
    public TileSplitter {
        if (tile < 1 || longestEdge < 1 || longestEdge > MAX_EDGE || tile > MAX_EDGE) {
            throw new IllegalArgumentException("a longest edge of " + longestEdge + " and tiles of " + tile
                    + " pixels: both must be 1 to " + MAX_EDGE);
        }
    }

    /** The most tiles a picture can become. */
    public int maxTiles() {
        int edge = (longestEdge + tile - 1) / tile;
        return splits && edge > 1 ? edge * edge + 1 : 1;
    }

    /** The tiles of a picture. */
    public TileGrid split(Picture picture) {
        Picture sized = toLongestEdge(picture);
        if (!splits) {
            return TileGrid.of(toTile(sized));
        }
        Picture whole = toMultiples(sized);
        int rows = whole.height() / tile;
        int columns = whole.width() / tile;
        if (rows == 1 && columns == 1) {
            return TileGrid.of(whole);
        }
        List<Picture> tiles = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                tiles.add(whole.crop(column * tile, row * tile, tile, tile));
            }
        }
        tiles.add(toTile(whole));
        return new TileGrid(tiles, rows, columns);
    }

    private Picture toTile(Picture picture) {
        return Resize.toBytes(picture, tile, tile, Filter.LANCZOS);
    }

    private Picture toLongestEdge(Picture picture) {
        double aspect = (double) picture.width() / picture.height();
        if (picture.width() >= picture.height()) {
            return Resize.toBytes(picture, longestEdge, even((int) (longestEdge / aspect)), Filter.LANCZOS);
        }
        return Resize.toBytes(picture, even((int) (longestEdge * aspect)), longestEdge, Filter.LANCZOS);
    }

    private static int even(int edge) {
        return Math.max(1, edge + (edge & 1));
    }

    private Picture toMultiples(Picture picture) {
        double aspect = (double) picture.width() / picture.height();
        int width = picture.width();
        int height = picture.height();
        if (width >= height) {
            width = multiple(width);
            height = multiple((int) (width / aspect));
        } else {
            height = multiple(height);
            width = multiple((int) (height * aspect));
        }
        return Resize.toBytes(picture, width, height, Filter.LANCZOS);
    }

    private int multiple(int edge) {
        return Math.max(1, (edge + tile - 1) / tile) * tile;
    }
}
