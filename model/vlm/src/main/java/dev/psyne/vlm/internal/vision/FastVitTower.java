package dev.psyne.vlm.internal.vision;

import dev.psyne.image.Picture;
import dev.psyne.tensor.Convolution;
import dev.psyne.tensor.DepthwiseConvolution;
import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.FeatureMap;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.layer.ModelWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * FastVLM's image tower: a stem of convolutions, five stages, and a last convolution whose channels are excited by their
 * means (Hu et al., 2018). Immutable; each call works in a workspace of its caller.
 */
public final class FastVitTower {
    private static final int WINDOW = 3;
    private static final int SQUEEZE = 16;

    private final FastVitConfiguration shape;
    private final int imageSize;
    private final PixelScale scale;
    private final Kernels kernels;
    private final Convolution stemFirst;
    private final DepthwiseConvolution stemSecond;
    private final Linear stemThird;
    private final List<FastVitStage> stages = new ArrayList<>();
    private final DepthwiseConvolution last;
    private final Linear squeeze;
    private final Linear excite;

    /**
     * Takes the weights whose names begin with {@code prefix}.
     *
     * @param imageSize edge of the square pictures in pixels, a multiple of {@link FastVitConfiguration#REDUCTION}
     */
    public FastVitTower(
            ModelWeights weights, FastVitConfiguration shape, int imageSize, PixelScale scale, String prefix) {
        if (imageSize < 1 || imageSize % FastVitConfiguration.REDUCTION != 0) {
            throw new IllegalArgumentException(
                    "pictures of " + imageSize + " pixels, not a multiple of " + FastVitConfiguration.REDUCTION);
        }
        int width = shape.widths().getFirst();
        int features = shape.features();
        this.shape = shape;
        this.imageSize = imageSize;
        this.scale = scale;
        this.kernels = weights.kernels();
        this.stemFirst =
                weights.convolution(prefix + "stem.0.reparam_conv", width, Picture.CHANNELS, WINDOW, 2, WINDOW / 2);
        this.stemSecond = FastVitWeights.folded(weights, prefix + "stem.1", width, WINDOW, 2);
        this.stemThird = weights.linear(prefix + "stem.2.reparam_conv", width, width);
        for (int stage = 0; stage < FastVitConfiguration.STAGES; stage++) {
            stages.add(new FastVitStage(weights, prefix + "stages." + stage + ".", shape, stage));
        }
        this.last = FastVitWeights.folded(weights, prefix + "final_conv", features, WINDOW, 1);
        this.squeeze = weights.linear(prefix + "final_conv.se.fc1", features / SQUEEZE, features);
        this.excite = weights.linear(prefix + "final_conv.se.fc2", features, features / SQUEEZE);
    }

    /** Pixels of the features along an edge. */
    public int side() {
        return imageSize / FastVitConfiguration.REDUCTION;
    }

    /** Channels of the features. */
    public int features() {
        return shape.features();
    }

    /** The memory of one call. */
    public final class Workspace {
        private final FeatureMap pixels = FeatureMap.allocate(imageSize, imageSize, Picture.CHANNELS, WINDOW / 2);
        private final FeatureMap stem =
                FeatureMap.allocate(imageSize / 2, imageSize / 2, shape.widths().getFirst(), 0);
        private final FastVitImage image =
                new FastVitImage(kernels, imageFloats(), shape.widths().getLast());
        private final Rows means = Rows.allocate(1, shape.features());
        private final Rows squeezed = Rows.allocate(1, squeeze.outputs());
        private final Rows factors = Rows.allocate(1, shape.features());

        /** The features after {@link #run}: one row for each pixel, row by row from the top left. */
        public Rows features() {
            return image.rows();
        }
    }

    /** An image with its channels repeated for the next stage, and attention's rows beside it, are the largest. */
    private int imageFloats() {
        long most = 0;
        int side = imageSize / 4;
        for (int stage = 0; stage < FastVitConfiguration.STAGES; stage++) {
            int width = shape.widths().get(stage);
            most = Math.max(most, (long) side * side * width);
            if (stage > 0) {
                side /= 2;
            }
            int factor = stage >= FastVitConfiguration.FIRST_ATTENTION ? 4 : 1;
            most = Math.max(most, (long) factor * side * side * width);
        }
        return Math.toIntExact(Math.max(most, (long) side * side * shape.features()));
    }

    /** Takes a picture of the tower's size through it. */
    public void run(Picture picture, Workspace work) {
        if (picture.width() != imageSize || picture.height() != imageSize) {
            throw new IllegalArgumentException("a picture of " + picture.width() + " x " + picture.height()
                    + " pixels, not " + imageSize + " x " + imageSize);
        }
        scale.writePixels(picture, work.pixels);
        kernels.conv2d(work.pixels, stemFirst, Epilogue.GELU_ERF, work.stem);
        FastVitImage image = work.image;
        image.depthwise(work.stem.rows(), imageSize / 2, stemSecond, Epilogue.GELU_ERF);
        image.linear(stemThird, Epilogue.GELU_ERF);
        for (FastVitStage stage : stages) {
            stage.run(image);
        }
        image.depthwise(last, Epilogue.STORE);
        excite(work, image.rows());
    }

    private void excite(Workspace work, Rows rows) {
        float[] means = work.means.values();
        int pixels = rows.capacity();
        for (int channel = 0; channel < means.length; channel++) {
            double sum = 0;
            for (int pixel = 0; pixel < pixels; pixel++) {
                sum += rows.values()[rows.index(pixel) + channel];
            }
            means[channel] = (float) (sum / pixels);
        }
        kernels.gemm(1, work.means, squeeze, Epilogue.RELU, work.squeezed);
        kernels.gemm(1, work.squeezed, excite, Epilogue.STORE, work.factors);
        float[] factors = work.factors.values();
        for (int channel = 0; channel < factors.length; channel++) {
            float factor = (float) (1 / (1 + Math.exp(-factors[channel])));
            for (int pixel = 0; pixel < pixels; pixel++) {
                rows.values()[rows.index(pixel) + channel] *= factor;
            }
        }
        kernels.geluErf(pixels, rows);
    }
}
