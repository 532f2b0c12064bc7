package dev.psyne.vlm.internal.scenes;

import dev.psyne.image.Filter;
import dev.psyne.image.Letterbox;
import dev.psyne.image.Normalization;
import dev.psyne.image.Picture;
import dev.psyne.image.Preprocessor;
import dev.psyne.tensor.Tensor;

/** Takes a picture to the planes the encoder reads, as the configuration says. */
final class PictureInput {
    /** The configuration's colours are on the scale 0 to 255, the normalisation's on 0 to 1. */
    private static final float WHITE = 255;

    private final Letterbox letterbox;
    private final Preprocessor preprocessor;

    PictureInput(SceneConfiguration.ImageInput shape) {
        this.letterbox = new Letterbox(shape.size(), shape.pad().dividedBy(1));
        this.preprocessor = new Preprocessor(
                letterbox,
                new Normalization(shape.mean().dividedBy(WHITE), shape.std().dividedBy(WHITE)),
                Filter.BILINEAR);
    }

    /** Fills the planes and tells where in them the picture is. */
    PictureFrame write(Picture picture, Tensor planes) {
        preprocessor.toPlanes(picture, planes.segment());
        return PictureFrame.of(picture, letterbox);
    }
}
