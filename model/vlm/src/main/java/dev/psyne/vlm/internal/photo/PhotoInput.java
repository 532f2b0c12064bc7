package dev.psyne.vlm.internal.photo;

import dev.psyne.image.Filter;
import dev.psyne.image.Letterbox;
import dev.psyne.image.Normalization;
import dev.psyne.image.Picture;
import dev.psyne.image.Preprocessor;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.FeatureMap;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Takes a picture to the map the net reads, and back from it to colours. */
final class PhotoInput {
    /** The configuration's colours are on the scale 0 to 255, the normalisation's on 0 to 1. */
    private static final float WHITE = 255;

    private final Letterbox letterbox;
    private final Preprocessor preprocessor;
    private final float[] mean;
    private final float[] std;

    PhotoInput(PhotoConfiguration.ImageInput shape, int size) {
        this.letterbox = new Letterbox(size, values(shape.pad(), 1));
        this.mean = values(shape.mean(), WHITE);
        this.std = values(shape.std(), WHITE);
        this.preprocessor = new Preprocessor(letterbox, new Normalization(mean, std), Filter.BILINEAR);
    }

    private static float[] values(List<Float> values, float scale) {
        float[] scaled = new float[values.size()];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = values.get(i) / scale;
        }
        return scaled;
    }

    /** Room for {@link #write}. */
    Tensor allocatePlanes() {
        int size = letterbox.size();
        float[] values = new float[Picture.CHANNELS * size * size];
        return Tensor.of(MemorySegment.ofArray(values), ElementType.F32, Shape.of(Picture.CHANNELS, size, size));
    }

    /** Fills the map by way of the planes and says where in it the picture is. */
    PhotoFrame write(Picture picture, Tensor planes, FeatureMap map) {
        preprocessor.toPlanes(picture, planes.segment());
        map.copyFrom(planes);
        return PhotoFrame.of(letterbox, picture);
    }

    /** The mean colour of the pixels from {@code left} to before {@code right} and {@code top} to before {@code bottom}. */
    PhotoThing.Colour colour(FeatureMap map, int left, int top, int right, int bottom) {
        double[] sums = new double[Picture.CHANNELS];
        for (int y = top; y < bottom; y++) {
            int end = map.index(y, right);
            for (int i = map.index(y, left); i < end; i += Picture.CHANNELS) {
                sums[0] += map.values()[i];
                sums[1] += map.values()[i + 1];
                sums[2] += map.values()[i + 2];
            }
        }
        int pixels = (right - left) * (bottom - top);
        return new PhotoThing.Colour(value(sums, 0, pixels), value(sums, 1, pixels), value(sums, 2, pixels));
    }

    private float value(double[] sums, int channel, int pixels) {
        return (float) Math.clamp(sums[channel] / pixels * std[channel] + mean[channel], 0, 1);
    }
}
