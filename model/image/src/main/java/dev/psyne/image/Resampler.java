package dev.psyne.image;

import java.util.Arrays;

/**
 * Separable resampling of an RGB8 picture in F32, one output row after the other: input rows are summed first, then
 * columns, and nothing is rounded in between. Allocates two rows and the weights, nothing per pixel.
 */
final class Resampler {
    /** Takes one finished row. */
    @FunctionalInterface
    interface RowSink {
        /**
         * Takes row {@code y}.
         *
         * @param rgb interleaved, on the scale of the input (0 to 255, bicubic may overshoot); reused for the next row
         */
        void row(int y, float[] rgb);
    }

    private final byte[] rgb;
    private final int rowValues;
    private final AxisWeights columns;
    private final AxisWeights rows;

    Resampler(Picture picture, int width, int height, Filter filter) {
        this.rgb = picture.rgb();
        this.rowValues = picture.width() * Picture.CHANNELS;
        this.columns = new AxisWeights(picture.width(), width, filter);
        this.rows = new AxisWeights(picture.height(), height, filter);
    }

    void run(RowSink sink) {
        float[] sum = new float[rowValues];
        float[] row = new float[columns.outputs() * Picture.CHANNELS];
        for (int y = 0; y < rows.outputs(); y++) {
            Arrays.fill(sum, 0);
            for (int k = 0; k < rows.count(y); k++) {
                addRow((rows.first(y) + k) * rowValues, rows.weight(y, k), sum);
            }
            sumColumns(sum, row);
            sink.row(y, row);
        }
    }

    private void addRow(int begin, float weight, float[] sum) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * (rgb[begin + i] & 0xff);
        }
    }

    private void sumColumns(float[] sum, float[] row) {
        for (int x = 0, to = 0; x < columns.outputs(); x++, to += Picture.CHANNELS) {
            int from = columns.first(x) * Picture.CHANNELS;
            float red = 0;
            float green = 0;
            float blue = 0;
            for (int k = 0; k < columns.count(x); k++, from += Picture.CHANNELS) {
                float weight = columns.weight(x, k);
                red += weight * sum[from];
                green += weight * sum[from + 1];
                blue += weight * sum[from + 2];
            }
            row[to] = red;
            row[to + 1] = green;
            row[to + 2] = blue;
        }
    }
}
