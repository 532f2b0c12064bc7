package dev.psyne.vlm.internal.vision;

import dev.psyne.image.Picture;
import dev.psyne.image.TileGrid;
import dev.psyne.tensor.Rows;
import java.util.function.Consumer;

/** How a model takes pictures. Safe for any thread; a call keeps memory of its own for the next one. */
public interface ImageInput {
    /** Edge in pixels of what the tower sees. */
    int imageSize();

    /** Cuts a picture as the model was trained with. */
    TileGrid split(Picture picture);

    /** A picture in one tile, also where the model was trained with several; as above where it never cuts. */
    default TileGrid whole(Picture picture) {
        return split(picture);
    }

    /** Rows of the language model that a tile becomes. */
    int tokens();

    /** What stands for a picture in the prompt; {@code token} stands for one row. */
    String placeholder(TileGrid grid, String token);

    /** Takes a tile through the tower to rows of the language model, from row {@code first} on. */
    default void encode(Picture tile, Rows output, int first) {
        encode(tile, output, first, features -> {});
    }

    /** As above, and shows what the tower made of the tile; the rows are another's after that. */
    void encode(Picture tile, Rows output, int first, Consumer<Rows> features);

    /** Lets the memory kept for later calls go. */
    void clear();
}
