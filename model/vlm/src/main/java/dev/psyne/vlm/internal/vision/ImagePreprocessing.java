package dev.psyne.vlm.internal.vision;

import dev.psyne.image.Picture;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.util.Arrays;
import java.util.List;

/** What the preprocessor's configurations of several models have in common. */
final class ImagePreprocessing {
    private static final double MAX_VALUE = 100;

    private ImagePreprocessing() {}

    /** Refuses another filter than the one the model was run with; filters have the numbers of Pillow. */
    static void requireFilter(JsonFields preprocessor, int wanted) {
        int filter = preprocessor.has("resample") ? preprocessor.integer("resample", 0, 10) : wanted;
        if (filter != wanted) {
            throw preprocessor.refuse("resample", Integer.toString(filter), Integer.toString(wanted));
        }
    }

    /** The scale of the pixels; what is not to be done is not done. */
    static PixelScale scale(JsonFields preprocessor) {
        double[] mean = new double[Picture.CHANNELS];
        double[] std = {1, 1, 1};
        if (preprocessor.flag("do_normalize", true)) {
            copy(preprocessor.numbers("image_mean", Picture.CHANNELS, -MAX_VALUE, MAX_VALUE), mean);
            copy(preprocessor.numbers("image_std", Picture.CHANNELS, 1e-6, MAX_VALUE), std);
        }
        return new PixelScale(mean, std);
    }

    private static void copy(List<Float> from, double[] to) {
        Arrays.setAll(to, from::get);
    }
}
