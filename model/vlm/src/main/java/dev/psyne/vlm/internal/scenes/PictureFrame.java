package dev.psyne.vlm.internal.scenes;

import dev.psyne.image.Letterbox;
import dev.psyne.image.Picture;

/** Where a letterboxed picture lies in its square, in shares of the square's edge. */
record PictureFrame(float left, float top, float width, float height) {

    static PictureFrame of(Picture picture, Letterbox letterbox) {
        int width = letterbox.width(picture);
        int height = letterbox.height(picture);
        float size = letterbox.size();
        int left = (letterbox.size() - width) / 2;
        int top = (letterbox.size() - height) / 2;
        return new PictureFrame(left / size, top / size, width / size, height / size);
    }

    /** From a share of the square's width to one of the picture's. */
    float x(float share) {
        return (share - left) / width;
    }

    float y(float share) {
        return (share - top) / height;
    }

    /** The column, of so many over the square, that a share of the picture's width is in. */
    int column(float x, int columns) {
        return Math.clamp((long) Math.floor((left + x * width) * columns), 0, columns - 1);
    }

    int row(float y, int rows) {
        return Math.clamp((long) Math.floor((top + y * height) * rows), 0, rows - 1);
    }
}
