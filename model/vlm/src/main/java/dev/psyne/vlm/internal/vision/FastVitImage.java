package dev.psyne.vlm.internal.vision;

import dev.psyne.tensor.DepthwiseConvolution;
import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.FeatureMap;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;

/**
 * The image on its way through the tower: pixels as rows, channels last, in one of two arrays between which the steps go
 * back and forth. A step reads the current image; most leave their result as the current one.
 */
final class FastVitImage {
    /** Hidden rows of a perceptron at once: enough for every worker, few enough to stay near. */
    private static final int BAND_ROWS = 2048;

    private final Kernels kernels;
    private final float[] hidden;
    private float[] current;
    private float[] other;
    private int side;
    private int channels;

    /**
     * Room for images.
     *
     * @param floats of the largest image
     * @param mostChannels of any stage
     */
    FastVitImage(Kernels kernels, int floats, int mostChannels) {
        this.kernels = kernels;
        this.current = new float[floats];
        this.other = new float[floats];
        this.hidden = new float[bandFloats(floats, mostChannels)];
    }

    /** Later stages have fewer pixels for their more channels; a band never has more floats than the first stage's. */
    private static int bandFloats(int floats, int mostChannels) {
        long most = (long) FastVitConfiguration.MLP_RATIO * floats;
        return (int) Math.min(most, (long) FastVitConfiguration.MLP_RATIO * mostChannels * BAND_ROWS);
    }

    int pixels() {
        return side * side;
    }

    int channels() {
        return channels;
    }

    Rows rows() {
        return Rows.of(current, pixels(), channels);
    }

    /** Room beside the current image for rows of any width. */
    Rows spare(int rows, int width) {
        return Rows.of(other, rows, width);
    }

    /** Begins with the pixels of a map. */
    void begin(FeatureMap map) {
        side = map.height();
        channels = map.channels();
    }

    /** Convolves an image given from outside, which becomes the current one. */
    void depthwise(Rows input, int inputSide, DepthwiseConvolution weights, Epilogue epilogue) {
        channels = weights.channels();
        side = weights.outputSize(inputSide);
        kernels.depthwise(inputSide, inputSide, input, weights, epilogue, rows());
    }

    /** Convolves the current image. Where the weights have more channels, each of the image's is used several times. */
    void depthwise(DepthwiseConvolution weights, Epilogue epilogue) {
        if (weights.channels() != channels) {
            repeatChannels(weights.channels() / channels);
        }
        int inputSide = side;
        Rows input = rows();
        side = weights.outputSize(side);
        kernels.depthwise(inputSide, inputSide, input, weights, epilogue, spare(pixels(), channels));
        swap();
    }

    private void repeatChannels(int times) {
        Rows from = rows();
        Rows to = spare(pixels(), channels * times);
        for (int i = 0; i < pixels() * channels; i++) {
            for (int copy = 0; copy < times; copy++) {
                to.values()[i * times + copy] = from.values()[i];
            }
        }
        channels *= times;
        swap();
    }

    /** A product of every pixel. */
    void linear(Linear weights, Epilogue epilogue) {
        kernels.gemm(pixels(), rows(), weights, epilogue, spare(pixels(), weights.outputs()));
        channels = weights.outputs();
        swap();
    }

    /** Adds a perceptron over a convolution of the image to it. */
    void addMlp(DepthwiseConvolution convolution, Linear up, Linear down) {
        Rows image = rows();
        Rows convolved = spare(pixels(), channels);
        kernels.depthwise(side, side, image, convolution, Epilogue.STORE, convolved);
        int band = Math.min(BAND_ROWS, hidden.length / up.outputs());
        for (int first = 0; first < pixels(); first += band) {
            int count = Math.min(band, pixels() - first);
            Rows rows = Rows.of(hidden, count, up.outputs());
            kernels.gemm(count, convolved.from(first), up, Epilogue.GELU_ERF, rows);
            kernels.gemm(count, rows, down, Epilogue.ADD, image.from(first));
        }
    }

    private void swap() {
        float[] former = current;
        current = other;
        other = former;
    }
}
