package dev.psyne.image;

import java.util.List;

/**
 * A picture as a model looks at it: square tiles of one size.
 *
 * @param tiles row by row; where there is a grid, the whole picture squashed to one tile comes last
 * @param rows of the grid; 0 if the picture is one tile
 * @param columns of the grid; 0 if the picture is one tile
 */
public record TileGrid(List<Picture> tiles, int rows, int columns) {
    /** Checks that the tiles fill the grid. */
    public TileGrid {
        tiles = List.copyOf(tiles);
        if (rows < 0 || columns < 0 || tiles.size() != rows * columns + 1) {
            throw new IllegalArgumentException(tiles.size() + " tiles in a grid of " + rows + " x " + columns);
        }
    }

    static TileGrid of(Picture tile) {
        return new TileGrid(List.of(tile), 0, 0);
    }
}
