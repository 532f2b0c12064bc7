package dev.psyne.vlm.internal.photo;

import dev.psyne.image.Letterbox;
import dev.psyne.image.Picture;

/** Where a picture stands in the square that the net sees: left and top edge, width and height, in pixels of the square. */
record PhotoFrame(int left, int top, int width, int height) {
    static PhotoFrame of(Letterbox letterbox, Picture picture) {
        int width = letterbox.width(picture);
        int height = letterbox.height(picture);
        return new PhotoFrame((letterbox.size() - width) / 2, (letterbox.size() - height) / 2, width, height);
    }
}
