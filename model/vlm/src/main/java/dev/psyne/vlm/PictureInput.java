package dev.psyne.vlm;

import dev.psyne.image.Filter;
import dev.psyne.image.Letterbox;
import dev.psyne.image.Normalization;
import dev.psyne.image.Picture;
import dev.psyne.image.Preprocessor;
import dev.psyne.tensor.Tensor;

/** Takes a picture to the planes the encoder reads, as the configuration says. */
final class PictureInput {
    private static final float WHITE = 255;

    private final Preprocessor preprocessor;

    PictureInput(ModelConfiguration.ImageInput shape) {
        this.preprocessor = new Preprocessor(
                new Letterbox(shape.size(), shape.pad()),
                new Normalization(fractions(shape.mean()), fractions(shape.std())),
                Filter.BILINEAR);
    }

    /** The configuration's colours are on the scale 0 to 255, the normalisation's on 0 to 1. */
    private static float[] fractions(float[] colour) {
        float[] result = new float[colour.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = colour[i] / WHITE;
        }
        return result;
    }

    void write(Picture picture, Tensor planes) {
        preprocessor.toPlanes(picture, planes.segment());
    }
}
